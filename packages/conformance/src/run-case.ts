/** Gives a test what it is about and takes it back, whatever comes of the test. */
export async function runCase<Subject extends { dispose(): Promise<void> }>(
  factory: () => Promise<Subject>,
  run: (subject: Subject) => Promise<void>,
): Promise<void> {
  const subject = await factory();
  try {
    await run(subject);
  } finally {
    await subject.dispose();
  }
}
