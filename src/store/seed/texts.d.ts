/** Types for files imported as text (`with { type: "text" }`), which Bun, its compiled binary and Deno support. */
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
