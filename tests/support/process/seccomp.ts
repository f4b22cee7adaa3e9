/** Filters for system calls, as container runtimes set them: bwrap takes one, compiled, from an open file (`--seccomp`). Linux on x64. */

/** The kernel's numbers on x64 (asm/unistd_64.h). */
const NUMBERS = {
  ...{ mkdir: 83, ptrace: 101, personality: 135, mount: 165, keyctl: 250, unshare: 272, perf_event_open: 298 },
  ...{ name_to_handle_at: 303, setns: 308, process_vm_readv: 310, kcmp: 312, memfd_create: 319, bpf: 321 },
  ...{ userfaultfd: 323, membarrier: 324, copy_file_range: 326, statx: 332, rseq: 334 },
  ...{ pidfd_send_signal: 424, io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 },
  ...{ pidfd_open: 434, clone3: 435, close_range: 436, openat2: 437, pidfd_getfd: 438, faccessat2: 439 },
  ...{ epoll_pwait2: 441 },
} as const;

export type Call = keyof typeof NUMBERS;

/** The error of a refusal: EPERM as from a policy, ENOSYS as from a kernel without the call. */
const ERRNO = { EPERM: 1, ENOSYS: 38 } as const;

const [LOAD_WORD, JUMP_IF_EQUAL, RETURN] = [0x20, 0x15, 0x06];
/** Offsets in struct seccomp_data, which the filter reads. */
const [NUMBER_AT, ARCH_AT] = [0, 4];
const AUDIT_ARCH_X86_64 = 0xc000_003e;
const [ALLOW, WITH_ERRNO, KILL] = [0x7fff_0000, 0x0005_0000, 0x8000_0000];

/** Returns a compiled filter that refuses `calls` with an error, and allows all others. */
export function refusing(calls: readonly Call[], errno: keyof typeof ERRNO): Uint8Array {
  const steps: [code: number, ifTrue: number, ifFalse: number, value: number][] = [
    [LOAD_WORD, 0, 0, ARCH_AT],
    [JUMP_IF_EQUAL, 1, 0, AUDIT_ARCH_X86_64],
    [RETURN, 0, 0, KILL],
    [LOAD_WORD, 0, 0, NUMBER_AT],
  ];
  for (const call of calls) {
    steps.push([JUMP_IF_EQUAL, 0, 1, NUMBERS[call]], [RETURN, 0, 0, WITH_ERRNO | ERRNO[errno]]);
  }
  steps.push([RETURN, 0, 0, ALLOW]);
  const view = new DataView(new ArrayBuffer(steps.length * 8));
  for (const [at, [code, ifTrue, ifFalse, value]] of steps.entries()) {
    view.setUint16(at * 8, code, true);
    view.setUint8(at * 8 + 2, ifTrue);
    view.setUint8(at * 8 + 3, ifFalse);
    view.setUint32(at * 8 + 4, value, true);
  }
  return new Uint8Array(view.buffer);
}
