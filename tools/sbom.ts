/** Makes the bill of materials of the binaries, as SPDX 2.3 in JSON. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { ROOT } from "./project.ts";
import { pinnedIn } from "./runtimes.ts";
import type { Target } from "./targets.ts";

interface Contained {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
  readonly license: string;
}

export interface Release {
  readonly version: string;
  readonly commit: string;
  /** The time of the commit, as ISO 8601 in UTC. */
  readonly created: string;
  readonly targets: readonly Target[];
}

/** Returns the document as text. */
export function sbom(release: Release): string {
  const contained = [...dependencies(), ...runtimes(release.targets)];
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `looop-${release.version}`,
    documentNamespace: `https://spdx.org/spdxdocs/looop-${release.version}-${release.commit}`,
    creationInfo: { created: release.created, creators: ["Tool: looop tools/release.ts"] },
    packages: [own(release), ...contained.map(described)],
    relationships: [
      { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-looop" },
      ...contained.map(({ name }) => ({
        spdxElementId: "SPDXRef-looop",
        relationshipType: "CONTAINS",
        relatedSpdxElement: idOf(name),
      })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function own({ version }: Release): object {
  return {
    SPDXID: "SPDXRef-looop",
    name: "looop",
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: manifest.license,
    licenseDeclared: manifest.license,
    copyrightText: "NOASSERTION",
  };
}

function described({ name, version, sha512, license }: Contained): object {
  return {
    SPDXID: idOf(name),
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: license,
    copyrightText: "NOASSERTION",
    checksums: [{ algorithm: "SHA512", checksumValue: Buffer.from(sha512, "base64").toString("hex") }],
    externalRefs: [
      {
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: `pkg:npm/${name.replace("@", "%40")}@${version}`,
      },
    ],
  };
}

function idOf(name: string): string {
  return `SPDXRef-npm-${name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-/, "")}`;
}

function dependencies(): Contained[] {
  const lock = readFileSync(join(ROOT, "bun.lock"), "utf8");
  return Object.keys(manifest.dependencies).map((name) => {
    const { license } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as {
      license: string;
    };
    return { name, ...pinnedIn(lock, name), license };
  });
}

function runtimes(targets: readonly Target[]): Contained[] {
  const lock = readFileSync(join(ROOT, "tools/runtimes/bun.lock"), "utf8");
  return targets.map(({ package: name }) => ({ name, ...pinnedIn(lock, name), license: "MIT" }));
}
