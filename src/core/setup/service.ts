import { shellLine } from "../shell/quote.ts";

/** The program that a service manager keeps running for a person. */
export interface Service {
  /** Its name without a suffix: `looop`, or `looop-<8 hex digits>` when the data folder is not the default one. */
  readonly name: string;
  /** The words that start looop. */
  readonly program: readonly string[];
  /** The person's login shell: it sets the PATH on which the model CLIs are. */
  readonly shell: string;
  /** The LOOOP_ variables that say which profile it is, when they are set. */
  readonly env: Readonly<Record<string, string>>;
  /** The file for a launchd agent's output; systemd has its journal. */
  readonly log: string;
}

/** Returns the words that start the pulse through a login shell, which it replaces. */
function pulseOf({ shell, program }: Service): string[] {
  return [shell, "-l", "-c", `exec ${shellLine([...program, "run"])}`];
}

/** Marks a file that looop wrote: it replaces and removes no other. */
export const WRITTEN_BY = "Written by `looop service install`";

/**
 * Returns a systemd user unit. A stop ends only the pulse (KillMode): workers outlive it, as with `looop down`. The hang-up is
 * a second signal, which ends the pulse at once: a shutdown does not wait for a model. `looop down` exits with 0 on purpose,
 * so only a failure restarts the service.
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

/** Quotes one word of a command line, where `$` begins a variable too. */
function systemdWord(word: string): string {
  return systemdQuoted(word.replaceAll("$", "$$$$"));
}

/** Quotes one word of a unit: `%`, quotes and backslashes have a meaning there. */
function systemdQuoted(word: string): string {
  const plain = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll("\n", "\\n")}"`;
}

/** Returns a launchd agent's label. */
export function launchdLabel({ name }: Pick<Service, "name">): string {
  return `local.${name}`;
}

/** Returns a launchd agent with the same meaning as {@linkcode systemdUnit}. */
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
