/** Reads QR codes off a camera's picture, a few times a second. What reads them loads here, and only here. */
const LOOK_EVERY_MS = 150;
/** Finer pictures cost time and show a phone's screen no better. */
const MAX_WIDTH = 1_280;

/** Calls `onText` each time that a code is read, `onLost` when what reads could not be had. Returns how to end it. */
export const watchForCodes = (
  video: HTMLVideoElement,
  onText: (text: string) => void,
  onLost: () => void,
): (() => void) => {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });

  const picture = (): ImageData | undefined => {
    const { videoWidth, videoHeight } = video;
    if (videoWidth === 0 || videoHeight === 0) return undefined;
    const scale = Math.min(1, MAX_WIDTH / videoWidth);
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return pen?.getImageData(0, 0, canvas.width, canvas.height);
  };
  const begin = async (): Promise<void> => {
    const { default: decodeQR } = await import('qr/decode.js');
    const read = (image: ImageData): string | undefined => {
      try {
        return decodeQR(image);
      } catch {
        // No code in it, or none that can be read.
        return undefined;
      }
    };
    const look = (): void => {
      if (isOver) return;
      const image = picture();
      const text = image && read(image);
      if (text !== undefined) onText(text);
      timer = setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  };
  begin().catch(() => {
    if (!isOver) onLost();
  });

  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};
