import { ImageProcess } from './image-process.ts';
import { MediaTools } from './media-tools.ts';

const MEDIA = ['video/*', 'audio/*'];

/** As `Previewer.mediaTypes`, by a look at the machine. */
export async function findAbilities(process: ImageProcess, tools: MediaTools): Promise<readonly string[]> {
  const [images, hasMedia] = await Promise.all([process.abilities(), tools.areThere()]);
  // Of films and music come images, of which the process then makes the pictures.
  return images.length > 0 && hasMedia ? [...images, ...MEDIA] : images;
}

/** What this machine can make previews of, for people. */
export async function describeAbilities(programPath: string): Promise<{ images: boolean; media: boolean }> {
  const process = new ImageProcess();
  try {
    const found = await findAbilities(process, new MediaTools({ programPath }));
    return { images: found.length > 0, media: MEDIA.every((family) => found.includes(family)) };
  } finally {
    process.close();
  }
}
