/** The camera of this device, asked for at a tap and given back as soon as it is not needed (https://w3c.github.io/mediacapture-main/). */
import { ok, type Result, refuse } from '#core/result.ts';

export type CameraFault = 'denied' | 'none' | 'busy';

/** Whoever stands before the screen is on this side of it. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } },
};
const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
};

// Absent in insecure contexts, whatever the types say.
const devices = (): MediaDevices | undefined => navigator.mediaDevices;

export const openCamera = async (): Promise<Result<MediaStream, CameraFault>> => {
  try {
    const stream = await devices()?.getUserMedia(WANTED);
    return stream === undefined ? refuse('none') : ok(stream);
  } catch (error) {
    return refuse((error instanceof DOMException && FAULTS[error.name]) || 'busy');
  }
};

export const closeCamera = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

/** Tells whether there is a camera, now and whenever that changes; asks nobody. Returns how to end it. */
export const watchCameras = (tell: (isThere: boolean) => void): (() => void) => {
  const media = devices();
  const look = (): void => {
    const found = media?.enumerateDevices() ?? Promise.resolve([]);
    found.then(
      (all) => tell(all.some(({ kind }) => kind === 'videoinput')),
      () => tell(false),
    );
  };
  media?.addEventListener('devicechange', look);
  look();
  return () => media?.removeEventListener('devicechange', look);
};
