import { shellLine } from "../shell/quote.ts";

/** What a service manager shall keep running for a person. */
export interface Service {
  /** Its name, without an ending: `looop`, or `looop-<8 hex digits>` for another data folder than the usual one. */
  readonly name: string;
  /** The words that start looop. */
  readonly program: readonly string[];
  /** The person's login shell: what it puts on PATH is where the agents are. */
  readonly shell: string;
  /** LOOOP_DATA_DIR and the like, when they are set. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a launchd agent's output goes; systemd has its journal. */
  readonly log: string;
}

/** The words of the pulse, in a login shell that becomes it. */
function pulseOf({ shell, program }: Service): string[] {
  return [shell, "-l", "-c", `exec ${shellLine([...program, "run"])}`];
}

/** What every file of ours begins with, and nothing else does: only such a file is replaced or removed. */
export const WRITTEN_BY = "Written by `looop service install`";

/**
 * A systemd user unit. A stop ends the pulse alone (KillMode): workers outlive it as they do `looop down`. It ends it at once
 * (the hang-up is its second signal): a machine going down waits for no model. An exit of 0 is
 * `looop down`, which is meant, so only failures start it again.
 */
export function systemdUnit(service: Service): string {
  const environment = Object.entries(service.env).map(
    ([name, value]) => `Environment=${systemdQuoted(`${name}=${value}`)}`,
  );
  return `# ${WRITTEN_BY}; \`looop service uninstall\` removes it.
[Unit]
Description=looop: the pulse of a control loop
Documentation=man:looop(1)
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${pulseOf(service).map(systemdWord).join(" ")}
${environment.map((line) => `${line}\n`).join("")}KillMode=process
SendSIGHUP=yes
Restart=on-failure
RestartSec=30

[Install]
WantedBy=default.target
`;
}

/** One word of a command line, where `$` begins a variable as well. */
function systemdWord(word: string): string {
  return systemdQuoted(word.replaceAll("$", "$$$$"));
}

/** One word of a unit: `%`, quotes and backslashes mean something there. */
function systemdQuoted(word: string): string {
  const plain = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll("\n", "\\n")}"`;
}

/** A launchd agent's label. */
export function launchdLabel({ name }: Pick<Service, "name">): string {
  return `local.${name}`;
}

/** A launchd agent, which means the same as {@linkcode systemdUnit}. */
export function launchdPlist(service: Service): string {
  const words = pulseOf(service).map((word) => `    <string>${xml(word)}</string>`);
  const env = Object.entries(service.env).map(
    ([name, value]) => `    <key>${xml(name)}</key>\n    <string>${xml(value)}</string>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${WRITTEN_BY}; \`looop service uninstall\` removes it. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xml(launchdLabel(service))}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${env.map((line) => `${line}\n`).join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>30</integer>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>StandardOutPath</key>
  <string>${xml(service.log)}</string>
  <key>StandardErrorPath</key>
  <string>${xml(service.log)}</string>
</dict>
</plist>
`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
