import { expect, test } from 'vitest';
import { isIcarusError } from '#core/errors.ts';
import { openStaging } from './staging.ts';

test('where the browser gives no folder, content waits in memory, up to what a page can hold', async () => {
  const staging = await openStaging(1000);
  const file = await staging.create('dossiers/a.txt');
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  await file.close();
  await staging.commit();
  expect(await (await staging.file('dossiers/a.txt')).text()).toBe('one two');
  await staging.discard();
  await expect(staging.file('dossiers/a.txt')).rejects.toThrow();
  const tooMuch = openStaging(2 ** 30);
  await expect(tooMuch).rejects.toSatisfy((error) => isIcarusError(error, 'seal/browser-without-room'));
});
