import { expect, test } from 'vitest';
import { TAR_END, tarEntry, tarHeader } from '#seal/tar.ts';
import { messagesIn, NotOne } from './tar-slices.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (name: string, ...parts: Uint8Array[]) => new File(parts as BlobPart[], name);
const outcome = async (chosen: File) =>
  Promise.all(
    (await messagesIn(chosen)).map(async (one) =>
      one instanceof NotOne ? one.why : `${one.name}: ${(await one.blob.text()).replaceAll('\0', '').trim()}`,
    ),
  );

test('a sealed message is itself, an archive the messages in it, in order', async () => {
  const sealed = tarEntry('message_a/package.json', bytes('{}'));
  expect((await messagesIn(file('one.icarus', sealed)))[0]).toMatchObject({
    name: 'one.icarus',
    sizeBytes: 1024,
  });
  const archive = file(
    'dk-to-mt.tar',
    tarEntry('message_a.icarus', bytes('first')),
    tarEntry('message_b.icarus', bytes('x'.repeat(512))),
    TAR_END,
  );
  expect(await outcome(archive)).toEqual(['message_a.icarus: first', `message_b.icarus: ${'x'.repeat(512)}`]);
});

test('what is neither is said to be, and an archive is taken up to where it is damaged', async () => {
  expect(await outcome(file('photo.jpg', bytes('JFIF')))).toEqual(['not-one']);
  expect(await outcome(file('other.tar', tarEntry('readme.txt', bytes('hello')), TAR_END))).toEqual([
    'not-one',
  ]);
  const cut = file(
    'cut.tar',
    tarEntry('message_a.icarus', bytes('first')),
    tarHeader({ path: 'message_b.icarus', sizeBytes: 5000 }),
  );
  expect(await outcome(cut)).toEqual(['message_a.icarus: first', 'damaged']);
});

test('a message above 8 GiB in an archive has its size in a header of its own', async () => {
  const large = { path: 'message_a.icarus', sizeBytes: 9 * 1024 ** 3 };
  // Only the headers are read; the content is not there, so the archive is cut off.
  expect(
    await outcome(file('large.tar', tarHeader({ path: 'message_z.icarus', sizeBytes: 0 }), tarHeader(large))),
  ).toEqual(['message_z.icarus: ', 'damaged']);
});
