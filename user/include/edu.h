/* SPDX-License-Identifier: MIT */
/*
 * user/include/edu.h - /dev/edu0 for programs, and the device's registers.
 *
 * Reading 4 bytes waits for an interrupt and gives their number, as /dev/uioN.
 */
#ifndef USER_EDU_H
#define USER_EDU_H

#include <stdint.h>

/* Registers, offsets in bytes; below 0x80 in 4 bytes, above in 4 or 8. */
#define EDU_REG_ID         0x00
#define EDU_REG_LIVENESS   0x04 /* answers the complement */
#define EDU_REG_FACTORIAL  0x08
#define EDU_REG_STATUS     0x20 /* 1: computing */
#define EDU_REG_IRQ_STATUS 0x24
#define EDU_REG_IRQ_RAISE  0x60
#define EDU_REG_IRQ_ACK    0x64
#define EDU_REG_DMA_SRC    0x80 /* bus addresses: memory, or the buffer */
#define EDU_REG_DMA_DST    0x88
#define EDU_REG_DMA_COUNT  0x90 /* bytes */
#define EDU_REG_DMA_CMD    0x98 /* 1: run, until it reads as 0 */

#define EDU_BUFFER_BUS 0x40000 /* the buffer, as the device sees it */

#define EDU_BUFFER_SIZE 4095 /* bytes of the buffer that DMA reaches */

struct edu_dma {
	uint64_t addr;      /* user address, bytes */
	uint64_t len;       /* bytes */
	uint32_t offset;    /* in the device's buffer, bytes */
	uint32_t direction; /* EDU_TO_DEVICE or EDU_FROM_DEVICE */
};
#define EDU_TO_DEVICE   0
#define EDU_FROM_DEVICE 1

#define EDU_FACTORIAL 0xc0046501u /* _IOWR('e', 1, uint32_t): n, then n! */
#define EDU_DMA       0x40186502u /* _IOW('e', 2, struct edu_dma) */
#define EDU_SET_IRQ   0x6503u     /* _IO('e', 3), one of these: */
#define EDU_GET_IRQ   0x6504u     /* _IO('e', 4), returns one */

#define EDU_IRQ_INTX 0
#define EDU_IRQ_MSI  1

#endif
