/* Random numbers that a seed repeats, and bytes put wrong by them. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct chance {
    uint64_t state;
} chance;

/* A linear congruence, whose low bits are poor: they go to the top. */
static uint64_t any(chance *c)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return c->state >> 32 | c->state << 32;
}

/* From 0 up to, but not, `limit`; 0 if that is 0. */
static size_t below(chance *c, size_t limit) { return limit > 0 ? (size_t)(any(c) % limit) : 0; }

static int64_t between(chance *c, int64_t low, int64_t high) { return low + (int64_t)below(c, (size_t)(high - low + 1)); }

/* A byte: often one that means something in a number, a text or a descriptor word. */
static uint8_t any_byte(chance *c)
{
    static const uint8_t telling[] = {0x00, 0xFF, 0x40, 0x20, 0x0E, 0x0F, 0x0D, 0x0A, 0x15, 0x25, 0x0C, 0x1D,
                                      0x4B, 0x4E, 0x60, 0xF0, 0xF9, 0xC0, 0xD0, 0xD9, 0x30, 0x39, 0x80, 0x7F};
    return any(c) & 1 ? (uint8_t)any(c) : telling[below(c, sizeof telling)];
}

static void fill_any(chance *c, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = any_byte(c);
}

/* Some bytes set, flipped, or moved. */
static void mutate(chance *c, uint8_t *bytes, size_t size)
{
    if (size == 0)
        return;
    for (size_t changes = 1 + below(c, 4); changes > 0; changes--) {
        size_t at = below(c, size), length = 1 + below(c, size - at);
        switch (below(c, 5)) {
        case 0: bytes[at] ^= (uint8_t)(1u << below(c, 8)); break;
        case 1: memmove(bytes + below(c, size - length + 1), bytes + at, length); break;
        case 2: memset(bytes + at, any_byte(c), length); break;
        default: bytes[at] = any_byte(c); break;
        }
    }
}

#endif
