/* SPDX-License-Identifier: MIT */
/*
 * user/include/lstore.h - /dev/lstore for programs: see docs/.
 *
 * Each open(2) is a context, mapped shared: the store at offset 0, the control
 * window behind it.  Read and write reach the store only.
 */
#ifndef USER_LSTORE_H
#define USER_LSTORE_H

#define LSTORE_DEVICE  "/dev/lstore"
#define LSTORE_SIZE    0x40000L    /* bytes */
#define LSTORE_CONTROL LSTORE_SIZE /* offset of the control window, a page */

#define LSTORE_LOAD      0x4c01 /* _IO('L', 1) */
#define LSTORE_SAVE      0x4c02 /* _IO('L', 2) */
#define LSTORE_GET_STATE 0x4c03 /* _IO('L', 3): returns one of these: */

#define LSTORE_SAVED  0
#define LSTORE_LOADED 1

#endif
