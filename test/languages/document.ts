/** A step of a document: a file to write, or commands to run. */
export type Step = { readonly file: string; readonly content: string } | { readonly commands: string };

/**
 * Returns the steps of the sections of a document, in its order.
 *
 * A line with nothing but a path in backticks and a colon stands above the content of that file. Blocks of the language `sh` are
 * commands. All other blocks, such as output, are ignored.
 *
 * @param headings the headings of the sections
 * @throws if a section does not exist
 */
export function stepsIn(markdown: string, ...headings: string[]): Step[] {
  const sections = markdown.split(/^## /m).slice(1);
  return headings.flatMap((heading) => {
    const section = sections.find((text) => text.startsWith(`${heading}\n`));
    if (section === undefined) {
      throw new Error(`section '${heading}' does not exist`);
    }
    return [...section.matchAll(/(?:^`(?<file>[^`\n]+)`:\n\n)?^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$/gm)].flatMap(({ groups }): Step[] => {
      const { file, language, code } = groups!;
      return file ? [{ file, content: code }] : language === 'sh' ? [{ commands: code }] : [];
    });
  });
}
