/** A whole desk for one test: the real binary on its own folder and port, filled with demo people. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Someone who can sign in. */
export interface Person {
  email: string;
  password: string;
}

export interface Agent extends Person {
  name: string;
}

export interface Channel {
  key: string;
  url_path: string;
}

/** What `frontdesk demo --json` prints. */
interface Demo {
  admin: Person;
  agents: Agent[];
  channels: Channel[];
}

export interface DeskOptions {
  /** PostgreSQL instead of the database in the folder; it must be empty. */
  databaseUrl?: string;
  /** Settings beyond the defaults, such as `{ FRONTDESK_LOG__LEVEL: "debug" }`. */
  settings?: Record<string, string>;
}

const run = promisify(execFile);

const binary = process.env["FRONTDESK_BIN"] ?? fileURLToPath(new URL("../../target/debug/frontdesk", import.meta.url));

/** How long a start or a stop may take, in milliseconds. */
const PATIENCE = 30_000;

/** Servers that still run; none outlives the test program, however that ends. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const server of running) {
    server.kill("SIGKILL");
  }
});

export class Desk {
  private server: ChildProcess | undefined;
  private port = 0;

  private constructor(
    /** Folder of the database, the attachments and the log. */
    readonly folder: string,
    readonly admin: Person,
    readonly agents: readonly Agent[],
    readonly channels: readonly Channel[],
    private readonly options: DeskOptions,
  ) {}

  /** The demo's agent of this number: Ann, Leo, Grace. */
  agent(index: number): Agent {
    const agent = this.agents[index];
    if (!agent) {
      throw new Error(`the demo has no agent ${index}`);
    }
    return agent;
  }

  /** Fills a new folder with demo people and starts a server on it. */
  static async start(options: DeskOptions = {}): Promise<Desk> {
    const folder = await mkdtemp(path.join(tmpdir(), "frontdesk-e2e-"));
    const { stdout } = await run(binary, ["demo", "--json", ...place(folder, options)], {
      env: environment(options),
      timeout: PATIENCE,
    });
    const demo = JSON.parse(stdout) as Demo;
    const desk = new Desk(folder, demo.admin, demo.agents, demo.channels, options);
    await desk.serve();
    return desk;
  }

  /** Where it answers, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** File of everything that the server printed, over all its starts. */
  get log(): string {
    return path.join(this.folder, "server.log");
  }

  /** Kills the server as a power cut would and starts it again at the same address. */
  async restart(): Promise<void> {
    await this.kill();
    await this.serve();
  }

  /** Kills the server; `restart` brings it back. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Stops the server in order. Its folder goes too, unless someone wants to look at it. */
  async stop({ keepFolder = false } = {}): Promise<void> {
    await this.end("SIGTERM");
    if (!keepFolder) {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  private async serve(): Promise<void> {
    const server = spawn(binary, ["serve", "--listen", `127.0.0.1:${this.port}`, ...place(this.folder, this.options)], {
      env: environment(this.options),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.server = server;
    running.add(server);
    server.once("exit", () => running.delete(server));
    const log = createWriteStream(this.log, { flags: "a" });
    server.stderr.pipe(log, { end: false });
    server.stdout.pipe(log, { end: false });
    this.port = await listening(server).catch(async (error: unknown) => {
      server.kill("SIGKILL");
      const printed = await readFile(this.log, "utf8").catch(() => "");
      throw new Error(`the server does not start: ${String(error)}\n${printed}`);
    });
  }

  private async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) {
      return;
    }
    const ended = once(server, "exit");
    server.kill(signal);
    const impatience = setTimeout(() => server.kill("SIGKILL"), PATIENCE);
    await ended;
    clearTimeout(impatience);
  }
}

/** The port that the server says it listens on. */
async function listening(server: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<number> {
  const lines = createInterface({ input: server.stdout });
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => reject(new Error("it says nothing")), PATIENCE);
    const settle = (act: () => void) => {
      clearTimeout(impatience);
      act();
    };
    lines.on("line", (line) => {
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port) {
        settle(() => resolve(Number(port)));
      }
    });
    server.once("error", (error) => settle(() => reject(error)));
    server.once("exit", (code) => settle(() => reject(new Error(`it ended with ${code}`))));
  });
}

function place(folder: string, options: DeskOptions): string[] {
  const database = options.databaseUrl ? ["--database-url", options.databaseUrl] : [];
  return ["--data-dir", folder, ...database];
}

/** This program's environment without settings of a desk that someone may have made for themselves. */
function environment(options: DeskOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([key]) => !key.startsWith("FRONTDESK_"));
  return { ...Object.fromEntries(own), ...options.settings };
}
