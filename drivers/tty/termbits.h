/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/termbits.h - the numbers of termios(3) and the tty ioctls.
 *
 * In Linux: include/uapi/asm-generic/termbits.h, ioctls.h.
 */
#ifndef KILBURN_DRIVERS_TERMBITS_H
#define KILBURN_DRIVERS_TERMBITS_H

/* c_cc */
#define VINTR   0
#define VQUIT   1
#define VERASE  2
#define VKILL   3
#define VEOF    4
#define VTIME   5
#define VMIN    6
#define VSUSP   10
#define VWERASE 14

/* c_iflag */
#define IGNCR 0000200u
#define INLCR 0000100u
#define ICRNL 0000400u
#define IXON  0002000u

/* c_oflag */
#define OPOST 0000001u
#define ONLCR 0000004u

/* c_cflag */
#define B38400 0000017u
#define CS8    0000060u
#define CREAD  0000200u
#define HUPCL  0002000u

/* c_lflag */
#define ISIG    0000001u
#define ICANON  0000002u
#define ECHO    0000010u
#define ECHOE   0000020u
#define ECHOK   0000040u
#define ECHOCTL 0001000u
#define ECHOKE  0004000u
#define IEXTEN  0100000u

#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403
#define TCSETSF    0x5404
#define TCSBRK     0x5409
#define TCFLSH     0x540b
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define TIOCINQ    0x541b
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429

#define TCIFLUSH  0
#define TCOFLUSH  1
#define TCIOFLUSH 2

#endif /* KILBURN_DRIVERS_TERMBITS_H */
