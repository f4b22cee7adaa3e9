/**
 * A real machine with systemd that a test boots: qemu over the disk that tools/machines.ts made, which it never writes. It
 * emulates the processor: KVM does not boot a kernel of Debian's everywhere it is, and this takes a quarter of a minute.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BINARY } from "../../../tools/project.ts";
import { waitFor } from "../program/wait-for.ts";

/** The time limits of a boot and of a script, in milliseconds. */
const BOOT_MS = 180_000;
const ORDER_MS = 60_000;

/** The end of a script on the machine, and all it printed. */
export interface Said {
  readonly exit: number;
  readonly text: string;
}

/** Somebody with an account on the machine. */
export interface Person {
  readonly name: string;
  readonly home: string;
  /** Logs in over ssh, as a session of logind's that lasts until {@linkcode logout}. */
  login(): Promise<void>;
  /** Runs a bash script in that session. */
  run(script: string): Promise<Said>;
  logout(): Promise<void>;
}

export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), "looop-machine-"));
  readonly #lines: string[] = [];
  readonly #qemu: ChildProcess;
  #socket: Socket | undefined;
  #people = 0;

  private constructor(made: string) {
    const drive = (file: string, more: string) => ["-drive", `file=${file},format=raw,if=virtio,${more}`];
    this.#qemu = spawn(
      "qemu-system-x86_64",
      [
        ...[
          "-accel",
          "tcg,thread=multi",
          "-cpu",
          "max",
          "-smp",
          "2",
          "-m",
          "1024",
          "-nodefaults",
          "-display",
          "none",
          "-nic",
          "none",
        ],
        ...["-kernel", join(made, "vmlinuz"), "-initrd", join(made, "initrd.img")],
        ...["-append", "root=/dev/vda rw console=ttyS0 quiet panic=-1"],
        ...drive(join(made, "disk.img"), "snapshot=on"),
        ...drive(BINARY, "readonly=on"),
        ...["-serial", `file:${join(this.#folder, "console")}`],
        ...["-chardev", `socket,id=orders,path=${join(this.#folder, "orders")},server=on,wait=off`],
        ...["-serial", "chardev:orders"],
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
  }

  /** Boots one, with looop on everybody's PATH. */
  static async boot(): Promise<Machine> {
    const made = process.env["LOOOP_MACHINE"];
    if (made === undefined) throw new Error("LOOOP_MACHINE is not set\n  hint: Use `npm run test:machines`");
    const machine = new Machine(made);
    try {
      await machine.#connect();
      await machine.#up();
    } catch (error) {
      await machine.off();
      throw error;
    }
    const size = statSync(BINARY).size;
    await machine.root(`head -c ${size} /dev/vdb >/usr/local/bin/looop && chmod 755 /usr/local/bin/looop`);
    return machine;
  }

  async #connect(): Promise<void> {
    const path = join(this.#folder, "orders");
    this.#socket = await waitFor("qemu's socket", () => {
      const socket = createConnection(path);
      return new Promise<Socket | undefined>((resolve) => {
        socket.once("connect", () => resolve(socket));
        socket.once("error", () => resolve(undefined));
      });
    });
    let torn = "";
    this.#socket.setEncoding("latin1").on("data", (text: string) => {
      const lines = (torn + text).split("\n");
      torn = lines.pop() ?? "";
      this.#lines.push(...lines);
    });
  }

  async #up(): Promise<void> {
    await waitFor("the machine to be up", () => this.#lines.shift()?.startsWith("ready "), BOOT_MS).catch((error) => {
      throw new Error(`The machine did not come up. Its console:\n${this.console()}`, { cause: error });
    });
  }

  /** Returns the console's output. */
  console(): string {
    return readFileSync(join(this.#folder, "console"), "utf8");
  }

  /** Runs a bash script as root, outside of any session. Throws unless it ends well. */
  async root(script: string): Promise<string> {
    const { exit, text } = await this.order(script);
    if (exit !== 0) throw new Error(`On the machine, ${script} ended with ${exit}:\n${text}`);
    return text;
  }

  /** Runs a bash script as root, however it ends. */
  async order(script: string): Promise<Said> {
    this.#send(script);
    const answer = await waitFor(`an answer to: ${script}`, () => this.#lines.shift(), ORDER_MS);
    const [exit, text = ""] = answer.split(" ");
    return { exit: Number(exit), text: Buffer.from(text, "base64").toString("utf8") };
  }

  #send(script: string): void {
    this.#socket?.write(`${Buffer.from(script).toString("base64")}\n`);
  }

  /** Reboots as its owner would, and returns when it is up again. */
  async reboot(): Promise<void> {
    // Whether its answer still comes is chance.
    this.#send("systemctl --no-block reboot");
    await this.#up();
  }

  /** Somebody new, whose shell is bash and who is not logged in. */
  async person(): Promise<Person> {
    this.#people += 1;
    const name = `person${this.#people}`;
    await this.root(`useradd --create-home --shell /bin/bash --password '*' ${name}`);
    const control = `/run/${name}.ssh`;
    const ssh = `ssh -S ${control} ${name}@localhost`;
    return {
      name,
      home: `/home/${name}`,
      login: async () => void (await this.root(`ssh -M -N -f -S ${control} ${name}@localhost >/dev/null 2>&1`)),
      run: (script) => this.order(`${ssh} -n bash -c ${quoted(quoted(script))}`),
      logout: async () => void (await this.root(`${ssh} -O exit 2>&1`)),
    };
  }

  /** Switches it off and removes what it left. */
  async off(): Promise<void> {
    const ended = new Promise((resolve) => this.#qemu.once("exit", resolve));
    this.#qemu.kill("SIGKILL");
    await ended;
    this.#socket?.destroy();
    rmSync(this.#folder, { recursive: true });
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
