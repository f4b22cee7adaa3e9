/** The ready-made sensors of web addresses and services, against servers on loopback. */
import { expect, onTestFinished, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { type Asked, answering, type Reply } from "../../support/machine/answering.ts";
import { profile } from "../../support/program/profile.ts";
import { addRecipe } from "../../support/program/recipe.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

/** A server whose reply can be changed. */
async function service(reply: (asked: Asked) => Reply) {
  const service = { reply, url: "" };
  service.url = await answering((asked) => service.reply(asked));
  return service;
}

/** Returns the query of a search. */
const queryOf = (url: string) => new URL(url, "http://x").searchParams.get("query");

/** Writes a token, and returns its file. */
function token(home: string): string {
  writeFileSync(join(home, "token"), "t0ken\n", { mode: 0o600 });
  return join(home, "token");
}

test("url-status says if the status is right; a server that is away is no change at first", async () => {
  const me = profile();
  const site = await service(() => ({ body: "hello" }));
  const look = addRecipe(me, "url-status", { url: `${site.url}/a?b=c&d` });
  expect(await look()).toMatchObject({ exit: 0, signal: { status: 200, right: true }, stderr: "" });
  site.reply = () => ({ status: 503, body: "" });
  expect(await look()).toMatchObject({ exit: 0, signal: { status: 503, right: false } });
  const away = addRecipe(me, "url-status", { url: "http://127.0.0.1:1/" });
  expect(await away()).toMatchObject({
    failed: 1,
    signal: { status: 503 },
    stderr: "no answer from http://127.0.0.1:1/\n",
  });
});

testUnless(missing("openssl"))(
  "url-certificate says in steps how long the certificate of a real TLS server lasts",
  async () => {
    const me = profile();
    const make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "10", "-subj", "/CN=localhost"];
    expect(run([...make, ...files], { env: me.env, cwd: me.home }).exit).toBe(0);
    const read = (name: string) => readFileSync(join(me.home, name));
    const server = createServer({ key: read("key.pem"), cert: read("cert.pem") });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const look = addRecipe(me, "url-certificate", { host: "127.0.0.1", port });
    const seen = await look();
    expect(seen).toMatchObject({
      signal: { valid: true, more_than_days: 7 },
      detail: { ends: expect.stringContaining("GMT") },
    });
    const away = addRecipe(me, "url-certificate", { host: "127.0.0.1", port: 1 });
    expect(await away()).toMatchObject({ failed: 1, signal: seen.signal });
  },
);

test("url-text finds the lines of a page that match, without its tags", async () => {
  const me = profile();
  const site = await service(() => ({ body: "<p>Bike</p>\n<p class=x>  <b>Sold</b>   OUT </p>\r\n" }));
  const look = addRecipe(me, "url-text", { url: site.url, pattern: "sold out|in stock" });
  expect(await look()).toMatchObject({ exit: 0, signal: { found: true, lines: ["Sold OUT"] } });
  site.reply = () => ({ body: "<p>gone</p>" });
  expect(await look()).toMatchObject({ exit: 0, signal: { found: false, lines: [] } });
  site.reply = () => ({ status: 500, body: "in stock" });
  expect(await look()).toMatchObject({ failed: 1, signal: { found: false } });
});

const feeds: [title: string, xml: string][] = [
  [
    "RSS",
    '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title><![CDATA[One & "two"]]></title></item>\n<item>\n<title>Three &amp;lt; four</title></item></channel></rss>',
  ],
  [
    "Atom",
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title type="text">One &amp; "two"</title></entry><entry><id>x</id><title>Three &amp;lt; four</title></entry></feed>',
  ],
];
test.each(feeds)("feed names the newest entries of %s", async (_title, xml) => {
  const me = profile();
  const site = await service(() => ({ body: xml }));
  const look = addRecipe(me, "feed", { url: site.url });
  const newest = ['One & "two"', "Three &lt; four"];
  expect(await look()).toMatchObject({ exit: 0, stderr: "", signal: { newest } });
  site.reply = () => ({ body: "<html>blocked</html>" });
  expect(await look()).toMatchObject({
    failed: 1,
    signal: { newest },
    stderr: expect.stringContaining("no RSS or Atom"),
  });
});

testUnless(missing("jq"))(
  "alertmanager names alerts that fire, from a loopback server with the documented answer of its API",
  async () => {
    const me = profile();
    const alert = (alertname: string, instance: string) => ({
      labels: { alertname, instance, severity: "critical" },
      annotations: { summary: `${alertname} says` },
      status: { state: "active", silencedBy: [], inhibitedBy: [] },
      startsAt: new Date().toISOString(),
    });
    const site = await service(({ url, headers }) =>
      headers["authorization"] === "Bearer t0ken" &&
      url === "/am/api/v2/alerts?active=true&silenced=false&inhibited=false"
        ? { body: [alert("Down", "b:9100"), alert("Down", "a:9100")] }
        : { status: 401, body: {} },
    );
    const look = addRecipe(me, "alertmanager", { url: `${site.url}/am`, token_file: token(me.home) });
    const signal = { firing: ["Down critical a:9100", "Down critical b:9100"] };
    expect(await look()).toMatchObject({ exit: 0, stderr: "", signal, detail: { summaries: ["Down says"] } });
    site.reply = () => ({ status: 502, body: "bad gateway" });
    expect(await look()).toMatchObject({ failed: 1, signal });
    site.reply = () => ({ body: [] });
    expect(await look()).toMatchObject({ exit: 0, signal: { firing: [] } });
  },
);

testUnless(missing("jq"))(
  "sentry names unresolved issues, from a loopback server with the documented answer of its API",
  async () => {
    const me = profile();
    const issue = {
      id: "1",
      shortId: "SHOP-7",
      level: "error",
      title: "TypeError: x",
      count: "12",
      status: "unresolved",
    };
    const site = await service(({ url, headers }) =>
      headers["authorization"] === "Bearer t0ken" &&
      url.startsWith("/api/0/projects/acme/shop/issues/?") &&
      queryOf(url) === "is:unresolved"
        ? { body: [issue] }
        : { status: 401, body: { detail: "Invalid token" } },
    );
    const look = addRecipe(me, "sentry", { project: "acme/shop", site: site.url, token_file: token(me.home) });
    const signal = { issues: ["SHOP-7 error"] };
    expect(await look()).toMatchObject({ exit: 0, signal, detail: { titles: ["SHOP-7 TypeError: x (12 times)"] } });
    writeFileSync(token(me.home), "wrong");
    expect(await look()).toMatchObject({ failed: 1, signal });
  },
);

testUnless(missing("jq"))(
  "slack names messages to me, from a loopback server with the documented answer of its API",
  async () => {
    const me = profile();
    const match = { ts: "1700000000.1", channel: { id: "C1", name: "ops" }, username: "ann", text: "can you look?" };
    const site = await service(({ url, headers }) =>
      headers["authorization"] === "Bearer t0ken" &&
      url.startsWith("/search.messages?") &&
      queryOf(url) === "to:me after:yesterday"
        ? { body: { ok: true, messages: { total: 1, matches: [match] } } }
        : { body: { ok: false, error: "invalid_auth" } },
    );
    const look = addRecipe(me, "slack", { api: site.url, token_file: token(me.home) });
    const signal = { messages: ["ops/1700000000.1"] };
    expect(await look()).toMatchObject({ exit: 0, signal, detail: { says: ["ann: can you look?"] } });
    writeFileSync(token(me.home), "wrong");
    expect(await look()).toMatchObject({ failed: 1, signal, stderr: "Slack: invalid_auth\n" });
  },
);

testUnless(missing("jq"))(
  "linear names my issues, from a loopback server with the documented answer of its API",
  async () => {
    const me = profile();
    const nodes = [
      { identifier: "ENG-9", title: "slow", priority: 3, state: { name: "Todo" } },
      { identifier: "ENG-10", title: "down", priority: 1, state: { name: "In Progress" } },
    ];
    const site = await service(({ headers, body }) =>
      headers["authorization"] === "t0ken" && JSON.parse(body).query.includes("assignedIssues")
        ? { body: { data: { viewer: { assignedIssues: { nodes } } } } }
        : { body: { errors: [{ message: "Authentication required" }] } },
    );
    const look = addRecipe(me, "linear", { api: site.url, key_file: token(me.home) });
    const signal = { issues: ["ENG-10 In Progress", "ENG-9 Todo"], urgent: ["ENG-10"] };
    expect(await look()).toMatchObject({ exit: 0, signal, detail: { titles: ["ENG-10 down", "ENG-9 slow"] } });
    writeFileSync(token(me.home), "wrong");
    expect(await look()).toMatchObject({ failed: 1, signal, stderr: "Linear: Authentication required\n" });
  },
);

testUnless(missing("jq"))(
  "jira names what a query finds, from a loopback server with the documented answer of its API",
  async () => {
    const me = profile();
    const site = await service(({ url, headers }) =>
      headers["authorization"] === `Basic ${Buffer.from("me:s3cret").toString("base64")}` &&
      url.startsWith("/rest/api/3/search/jql?jql=assignee")
        ? { body: { issues: [{ key: "AB-2", fields: { summary: "slow", status: { name: "To Do" } } }], isLast: true } }
        : { status: 401, body: {} },
    );
    const netrc = join(me.home, ".netrc");
    writeFileSync(netrc, "machine 127.0.0.1 login me password s3cret\n", { mode: 0o600 });
    const look = addRecipe(me, "jira", { site: site.url });
    const signal = { issues: ["AB-2 To Do"] };
    expect(await look()).toMatchObject({ exit: 0, signal, detail: { titles: ["AB-2 slow"] } });
    site.reply = () => ({ status: 401, body: {} });
    expect(await look()).toMatchObject({ failed: 1, signal });
  },
);
