#include "heap.h"

#include <stdlib.h>  // says whether the C library is glibc

#if defined(__GLIBC__)
#include <malloc.h>
size_t heap_bytes(void) {
  struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}
#else
size_t heap_bytes(void) { return 0; }
#endif
