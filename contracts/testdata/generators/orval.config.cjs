// The address in the document, which is that of the fake that served it, is the address that is called.
module.exports = Object.fromEntries(["opencme", "webpaas", "h5ds", "callbacks", "admin"].map((name) => [name, {
  input: `./${name}.yaml`,
  output: { target: `./orval/${name}.ts`, client: "fetch", mode: "single", baseUrl: { getBaseUrlFromSpecification: true } },
}]));
