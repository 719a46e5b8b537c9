import type { Page } from 'playwright-core';

/** What the test on the page told. */
export interface Told {
  /** By the method in the title of each step. */
  readonly steps: readonly { readonly title: string; readonly state: string; readonly words: string }[];
  readonly result: string;
}

export const PASSWORD = 'correct horse';

/** Fills in the form, starts the test and waits for its end. */
export async function runTest(page: Page, user: { name: string; password?: string }): Promise<Told> {
  await page.getByLabel('Name', { exact: true }).fill(user.name);
  await page.getByLabel('Password', { exact: true }).fill(user.password ?? PASSWORD);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  return readResult(page);
}

export async function readResult(page: Page): Promise<Told> {
  const result = page.locator('#test-result:not(:empty)');
  await result.waitFor({ timeout: 60_000 });
  const steps = await page.evaluate<Told['steps']>(`[...document.querySelectorAll('#test-steps li')].map((step) => ({
    title: step.querySelector('.title').innerText,
    state: step.className,
    words: step.querySelector('.words').innerText,
  }))`);
  return { steps, result: await result.innerText() };
}

/** Each step with its state, `LOCK passed`, in their order. */
export function statesOf({ steps }: Told): string[] {
  return steps.map(({ title, state }) => `${/\((\w+)\)$/.exec(title)?.[1]} ${state}`);
}
