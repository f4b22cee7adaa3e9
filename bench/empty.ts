// Nothing: what a program costs before it does anything. Benches compare with it.
export {};
