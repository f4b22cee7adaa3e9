/** A file embedded with `with { type: "file" }`: the import is its path. */
declare module "*.so" {
  const path: string;
  export default path;
}

declare module "*.dylib" {
  const path: string;
  export default path;
}
