/** Somebody else's website with the chat in it: its own origin, its own policy, its own scripts. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface HostPageOptions {
  /** `Content-Security-Policy` of every page. */
  policy?: string;
  /** Runs before the widget's script. */
  before?: string;
  /** Whether its name is another than the desk's. */
  isForeignSite?: boolean;
  /** The line that brings the widget; without it the page has none. */
  snippet: string;
}

/** A website of one page at every path. Its own scripts come from `/own.js`, as a strict policy wants it. */
export class HostPage {
  private constructor(
    private readonly server: Server,
    private options: HostPageOptions,
  ) {}

  static async start(options: HostPageOptions): Promise<HostPage> {
    const server = createServer();
    const page = new HostPage(server, options);
    server.on("request", (request, response) => {
      const { policy, before = "" } = page.options;
      if (request.url === "/own.js") {
        response.setHeader("Content-Type", "text/javascript");
        return response.end(before);
      }
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      if (policy !== undefined) response.setHeader("Content-Security-Policy", policy);
      response.end(page.html());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return page;
  }

  /** Another port than the desk's, or by another name: to browsers a foreign site, whose frames may keep nothing. */
  get origin(): string {
    const name = this.options.isForeignSite === true ? "localhost" : "127.0.0.1";
    return `http://${name}:${(this.server.address() as AddressInfo).port}`;
  }

  /** The page is another one from now on. */
  change(options: Partial<HostPageOptions>): void {
    this.options = { ...this.options, ...options };
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private html(): string {
    return `<!doctype html>
<html lang="en">
  <head><title>A shop</title><meta name="viewport" content="width=device-width" /><script src="/own.js"></script></head>
  <body>
    <h1>A shop</h1>
    <button>A button of the shop</button>
    ${this.options.snippet}
  </body>
</html>`;
  }
}
