/** Copies that editors, package managers and programs that synchronize folders leave beside a file. */
const COPIES = [
  /~$/, // Emacs, gedit and others
  /^#.*#$/,
  /\.(?:bak|orig|rej|tmp|swp|swo|rpmsave|rpmnew|rpmorig)$/i,
  /\.dpkg-[a-z]+$/,
  /\.sync-conflict-/, // Syncthing
  /^~syncthing~/,
  / \((?:.* )?conflicted copy[ )]/i, // Dropbox, Nextcloud
];

/** True when another program made a file of this name as a copy: it is not a goal, a sensor or a schedule. */
export function isForeignFile(name: string): boolean {
  return COPIES.some((copy) => copy.test(name));
}
