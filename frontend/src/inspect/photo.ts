// Photos are made smaller on the phone: what is sent over a poor connection shows a defect, it is no poster.
const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

/** A JPEG whose longer side has at most 1600 pixels. Throws an Error with a sentence for a file that is no picture. */
export async function smaller(file: Blob): Promise<Blob> {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode().catch(() => { throw new Error('This file is not a picture that this browser can read.'); });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    // Drawing turns it the way that the camera was held, and leaves out where it was taken.
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    if (!made) throw new Error('The picture could not be made smaller.');
    return made;
  } finally {
    URL.revokeObjectURL(address);
  }
}
