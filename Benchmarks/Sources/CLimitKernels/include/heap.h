#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

// Bytes that the program holds of the heap; 0 where the C library does not tell.
size_t heap_bytes(void);

#endif
