/** Makes the files for package managers, a Homebrew formula and a Nix flake, from the manifest of a release. */
import manifest from "../package.json" with { type: "json" };
import type { Asset, Manifest } from "./release-manifest.ts";

/** The project's home page, derived from the URL of the release's files. */
function homeOf(url: string): string {
  return url.split("/releases/")[0] ?? url;
}

function assetOf({ assets }: Manifest, target: string): Asset {
  const found = assets.find((asset) => asset.target === target);
  if (found === undefined) throw new Error(`Cannot package: the release has no build for ${target}`);
  return found;
}

/** Returns the formula. It needs no bottle, because the download is the program. */
export function homebrewFormula(release: Manifest, url: string): string {
  const block = (target: string) => {
    const { name, sha256 } = assetOf(release, target).archive;
    return `      url "${url}/${name}"\n      sha256 "${sha256}"`;
  };
  return `# Written by tools/release.ts.
class Looop < Formula
  desc "${manifest.description}"
  homepage "${homeOf(url)}"
  version "${release.version}"
  license "${manifest.license}"

  on_macos do
    on_arm do
${block("darwin-arm64")}
    end
    on_intel do
${block("darwin-x64")}
    end
  end

  on_linux do
    on_arm do
${block("linux-arm64")}
    end
    on_intel do
${block("linux-x64")}
    end
  end

  def install
    bin.install "looop"
    man1.install Dir["man/*.1"]
    generate_completions_from_executable(bin/"looop", "config")
  end

  service do
    run ["/bin/sh", "-l", "-c", "exec #{opt_bin}/looop run"]
    keep_alive successful_exit: false
    log_path var/"log/looop.log"
    error_log_path var/"log/looop.log"
  end

  test do
    assert_match "looop #{version}", shell_output("#{bin}/looop version")
    assert_match "Nothing is left running", shell_output("#{bin}/looop demo")
  end
end
`;
}

/** The release target for each of Nix's machine names. */
const NIX = {
  "x86_64-linux": "linux-x64",
  "aarch64-linux": "linux-arm64",
  "x86_64-darwin": "darwin-x64",
  "aarch64-darwin": "darwin-arm64",
} as const;

/** Returns the flake. It sets the loader's path in the release's program and must not strip anything from it. */
export function nixFlake(release: Manifest, url: string): string {
  const sources = Object.entries(NIX).map(([system, target]) => {
    const { name, sha256 } = assetOf(release, target).archive;
    return `        ${system} = { url = "${url}/${name}"; sha256 = "${sha256}"; };`;
  });
  return `# Written by tools/release.ts.
{
  description = "${manifest.description}";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }:
    let
      sources = {
${sources.join("\n")}
      };
      looop = system:
        let pkgs = nixpkgs.legacyPackages.\${system}; in
        pkgs.stdenv.mkDerivation {
          pname = "looop";
          version = "${release.version}";
          src = pkgs.fetchurl sources.\${system};
          sourceRoot = ".";
          nativeBuildInputs = [ pkgs.installShellFiles ]
            ++ pkgs.lib.optional pkgs.stdenv.isLinux pkgs.autoPatchelfHook;
          buildInputs = pkgs.lib.optional pkgs.stdenv.isLinux pkgs.stdenv.cc.cc.lib;
          # The sources are behind the program: stripping would cut them off.
          dontStrip = true;
          installPhase = ''
            install -Dm755 looop $out/bin/looop
            installManPage man/*.1
          '';
          meta = {
            description = "${manifest.description}";
            license = pkgs.lib.licenses.mit;
            mainProgram = "looop";
          };
        };
    in {
      packages = builtins.mapAttrs (system: _: { default = looop system; }) sources;
    };
}
`;
}
