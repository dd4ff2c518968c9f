import { pictureKiosk, pictureRadio } from './kiosk.ts';
import { beginPatient, endPatient } from './patient.ts';
import { openStage } from './stage.ts';
import { openPractice, pictureInbox, pictureStatistics } from './therapist.ts';

/** Takes every picture of the guides into a folder; clocks run ahead by `offset` milliseconds (scripts/pictures.mjs). */
export const takePictures = async (folder: string, offset: number): Promise<void> => {
  const stage = await openStage(folder, offset);
  try {
    const patient = await beginPatient(stage);
    const practice = await openPractice(stage);
    await pictureInbox(stage, practice);
    await endPatient(stage, patient, practice);
    await pictureStatistics(stage, practice);
    await pictureKiosk(stage);
    await pictureRadio(stage);
  } finally {
    await stage.end();
  }
};
