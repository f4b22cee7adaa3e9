/** Files that are imported as their text (`with { type: "text" }`). Bun, its compiled binary and Deno all do that. */
declare module "*.md" {
  const text: string;
  export default text;
}

declare module "*.sh" {
  const text: string;
  export default text;
}

declare module "*.txt" {
  const text: string;
  export default text;
}
