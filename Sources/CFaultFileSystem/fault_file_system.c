#include "fault_file_system.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, ORDERS = 64, NAME_LENGTH = 48 };

// A change that no sync has made durable yet, with what it takes to take it back.
typedef struct change {
  struct change *next;
  int is_truncation;
  int64_t offset;
  int64_t size_before;
  int64_t new_length;
  int64_t old_length;
  unsigned char *new_bytes;
  unsigned char *old_bytes;
} change;

// One file, however many handles it has.
typedef struct inode {
  struct inode *next;
  char *path;
  change *first;
  change *last;
} inode;

typedef struct {
  fault_kind kind;
  uint64_t first;
  uint64_t count;
} order;

struct fault_disk {
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  char name[NAME_LENGTH];
  pthread_mutex_t mutex;
  uint64_t random;
  inode *inodes;
  order orders[ORDERS];
  int order_count;
  int open_files;
  int has_crashed;
  uint64_t counts[4];
  uint64_t injected[FAULT_KINDS];
};

typedef struct {
  sqlite3_file base;
  fault_disk *disk;
  // Null for what is passed through unwatched: temporary files.
  inode *node;
  sqlite3_file *real;
} fault_file;

static const fault_count COUNT_OF[FAULT_KINDS] = {
    FAULT_COUNT_CHANGES, FAULT_COUNT_WRITES, FAULT_COUNT_WRITES, FAULT_COUNT_WRITES,
    FAULT_COUNT_SYNCS,   FAULT_COUNT_SYNCS,  FAULT_COUNT_READS,  FAULT_COUNT_READS,
};

// SplitMix64 (Steele, Lea, Flood 2014).
static uint64_t draw(fault_disk *disk) {
  uint64_t z = (disk->random += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int is_due(fault_disk *disk, fault_kind kind) {
  uint64_t now = disk->counts[COUNT_OF[kind]];
  for (int place = 0; place < disk->order_count; place++) {
    order *each = &disk->orders[place];
    if (each->kind == kind && now >= each->first && now - each->first < each->count) {
      disk->injected[kind]++;
      return 1;
    }
  }
  return 0;
}

static void flip(fault_disk *disk, unsigned char *bytes, int length) {
  if (length <= 0) return;
  uint64_t bit = draw(disk) % ((uint64_t)length * 8);
  bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
}

// MARK: Changes not yet durable

static void forget(inode *node) {
  while (node->first) {
    change *gone = node->first;
    node->first = gone->next;
    free(gone->new_bytes);
    free(gone->old_bytes);
    free(gone);
  }
  node->last = NULL;
}

static inode *node_of(fault_disk *disk, const char *path) {
  for (inode *node = disk->inodes; node; node = node->next)
    if (strcmp(node->path, path) == 0) return node;
  inode *node = calloc(1, sizeof *node);
  if (!node) return NULL;
  node->path = strdup(path);
  if (!node->path) {
    free(node);
    return NULL;
  }
  node->next = disk->inodes;
  disk->inodes = node;
  return node;
}

static void remember(inode *node, change *made) {
  if (node->last)
    node->last->next = made;
  else
    node->first = made;
  node->last = made;
}

// What stands now where a change of `length` bytes at `offset` will be.
static change *prepare(fault_file *file, int64_t offset, int64_t length) {
  change *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->offset = offset;
  sqlite3_int64 size = 0;
  if (file->real->pMethods->xFileSize(file->real, &size) != SQLITE_OK) goto failed;
  made->size_before = size;
  made->old_length = size > offset ? size - offset : 0;
  if (made->old_length > length) made->old_length = length;
  made->old_bytes = malloc((size_t)made->old_length + 1);
  if (!made->old_bytes) goto failed;
  if (made->old_length > 0 &&
      file->real->pMethods->xRead(file->real, made->old_bytes, (int)made->old_length, offset) !=
          SQLITE_OK)
    goto failed;
  return made;
failed:
  free(made->old_bytes);
  free(made);
  return NULL;
}

static void put(int descriptor, const unsigned char *bytes, int64_t length, int64_t offset) {
  while (length > 0) {
    ssize_t written = pwrite(descriptor, bytes, (size_t)length, (off_t)offset);
    if (written <= 0) return;
    bytes += written;
    length -= written;
    offset += written;
  }
}

static void take_back(int descriptor, change *made) {
  if (!made) return;
  take_back(descriptor, made->next);
  put(descriptor, made->old_bytes, made->old_length, made->offset);
  if (ftruncate(descriptor, (off_t)made->size_before) != 0) return;
}

// Each change by its own lot: kept, lost, or kept up to some sector.
static void settle(fault_disk *disk, inode *node) {
  int descriptor = open(node->path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  take_back(descriptor, node->first);
  for (change *made = node->first; made; made = made->next) {
    uint64_t lot = draw(disk) % 3;
    if (lot == 0) continue;
    if (made->is_truncation) {
      if (ftruncate(descriptor, (off_t)made->offset) != 0) break;
      continue;
    }
    int64_t kept = made->new_length;
    if (lot == 2) {
      int64_t sectors = (made->new_length + SECTOR - 1) / SECTOR;
      kept = (int64_t)(draw(disk) % (uint64_t)(sectors + 1)) * SECTOR;
      if (kept > made->new_length) kept = made->new_length;
    }
    put(descriptor, made->new_bytes, kept, made->offset);
  }
  close(descriptor);
}

static void crash(fault_disk *disk) {
  if (disk->has_crashed) return;
  disk->has_crashed = 1;
  for (inode *node = disk->inodes; node; node = node->next) {
    if (node->first) settle(disk, node);
    forget(node);
  }
}

// Counts a change and crashes where that is ordered.
static void count_change(fault_disk *disk) {
  disk->counts[FAULT_COUNT_CHANGES]++;
  if (is_due(disk, FAULT_CRASH)) crash(disk);
}

// MARK: Files

static int file_close(sqlite3_file *base) {
  fault_file *file = (fault_file *)base;
  int code = file->real->pMethods ? file->real->pMethods->xClose(file->real) : SQLITE_OK;
  pthread_mutex_lock(&file->disk->mutex);
  file->disk->open_files--;
  pthread_mutex_unlock(&file->disk->mutex);
  return code;
}

static int file_read(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset) {
  fault_file *file = (fault_file *)base;
  fault_disk *disk = file->disk;
  if (!file->node) return file->real->pMethods->xRead(file->real, bytes, length, offset);
  pthread_mutex_lock(&disk->mutex);
  int code = SQLITE_IOERR_READ;
  disk->counts[FAULT_COUNT_READS]++;
  if (!disk->has_crashed && !is_due(disk, FAULT_READ_ERROR)) {
    code = file->real->pMethods->xRead(file->real, bytes, length, offset);
    if (code == SQLITE_OK && is_due(disk, FAULT_FLIP_READ)) flip(disk, bytes, length);
  }
  pthread_mutex_unlock(&disk->mutex);
  return code;
}

static int write_watched(fault_file *file, const unsigned char *bytes, int length, int64_t offset) {
  fault_disk *disk = file->disk;
  disk->counts[FAULT_COUNT_WRITES]++;
  int answer = SQLITE_OK;
  if (is_due(disk, FAULT_WRITE_ERROR)) answer = SQLITE_IOERR_WRITE;
  if (is_due(disk, FAULT_FULL)) answer = SQLITE_FULL;
  // What fails may have been written in part.
  if (answer != SQLITE_OK) length = (int)(draw(disk) % (uint64_t)(length + 1));
  if (length == 0) return answer;
  change *made = prepare(file, offset, length);
  if (!made) return SQLITE_IOERR_WRITE;
  made->new_length = length;
  made->new_bytes = malloc((size_t)length);
  if (!made->new_bytes) {
    free(made->old_bytes);
    free(made);
    return SQLITE_IOERR_NOMEM;
  }
  memcpy(made->new_bytes, bytes, (size_t)length);
  if (is_due(disk, FAULT_FLIP_WRITTEN)) flip(disk, made->new_bytes, length);
  int code = file->real->pMethods->xWrite(file->real, made->new_bytes, length, offset);
  remember(file->node, made);
  count_change(disk);
  if (disk->has_crashed) return SQLITE_IOERR_WRITE;
  return code == SQLITE_OK ? answer : code;
}

static int file_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
  fault_file *file = (fault_file *)base;
  if (!file->node) return file->real->pMethods->xWrite(file->real, bytes, length, offset);
  pthread_mutex_lock(&file->disk->mutex);
  int code = file->disk->has_crashed ? SQLITE_IOERR_WRITE
                                     : write_watched(file, bytes, length, offset);
  pthread_mutex_unlock(&file->disk->mutex);
  return code;
}

static int truncate_watched(fault_file *file, int64_t size) {
  sqlite3_int64 before = 0;
  int code = file->real->pMethods->xFileSize(file->real, &before);
  if (code != SQLITE_OK) return code;
  change *made = prepare(file, size, before > size ? before - size : 0);
  if (!made) return SQLITE_IOERR_TRUNCATE;
  made->is_truncation = 1;
  code = file->real->pMethods->xTruncate(file->real, size);
  remember(file->node, made);
  count_change(file->disk);
  return file->disk->has_crashed ? SQLITE_IOERR_TRUNCATE : code;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
  fault_file *file = (fault_file *)base;
  if (!file->node) return file->real->pMethods->xTruncate(file->real, size);
  pthread_mutex_lock(&file->disk->mutex);
  int code = file->disk->has_crashed ? SQLITE_IOERR_TRUNCATE : truncate_watched(file, size);
  pthread_mutex_unlock(&file->disk->mutex);
  return code;
}

// A sync that is honoured makes the changes durable; the real one is spared, since the crash is ours.
static int file_sync(sqlite3_file *base, int flags) {
  fault_file *file = (fault_file *)base;
  fault_disk *disk = file->disk;
  if (!file->node) return file->real->pMethods->xSync(file->real, flags);
  pthread_mutex_lock(&disk->mutex);
  int code = SQLITE_IOERR_FSYNC;
  if (!disk->has_crashed) {
    disk->counts[FAULT_COUNT_SYNCS]++;
    count_change(disk);
    if (!disk->has_crashed && !is_due(disk, FAULT_SYNC_ERROR)) {
      if (!is_due(disk, FAULT_DROP_SYNC)) forget(file->node);
      code = SQLITE_OK;
    }
  }
  pthread_mutex_unlock(&disk->mutex);
  return code;
}

#define REAL(base) (((fault_file *)(base))->real)

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
  return REAL(base)->pMethods->xFileSize(REAL(base), size);
}
static int file_lock(sqlite3_file *base, int level) {
  return REAL(base)->pMethods->xLock(REAL(base), level);
}
static int file_unlock(sqlite3_file *base, int level) {
  return REAL(base)->pMethods->xUnlock(REAL(base), level);
}
static int file_check_lock(sqlite3_file *base, int *result) {
  return REAL(base)->pMethods->xCheckReservedLock(REAL(base), result);
}
static int file_control(sqlite3_file *base, int operation, void *argument) {
  return REAL(base)->pMethods->xFileControl(REAL(base), operation, argument);
}
static int file_sector(sqlite3_file *base) {
  return REAL(base)->pMethods->xSectorSize(REAL(base));
}
static int file_characteristics(sqlite3_file *base) {
  return REAL(base)->pMethods->xDeviceCharacteristics(REAL(base));
}
static int file_map(sqlite3_file *base, int page, int size, int extend, void volatile **memory) {
  return REAL(base)->pMethods->xShmMap(REAL(base), page, size, extend, memory);
}
static int file_map_lock(sqlite3_file *base, int offset, int count, int flags) {
  return REAL(base)->pMethods->xShmLock(REAL(base), offset, count, flags);
}
static void file_map_barrier(sqlite3_file *base) {
  REAL(base)->pMethods->xShmBarrier(REAL(base));
}
static int file_unmap(sqlite3_file *base, int remove) {
  return REAL(base)->pMethods->xShmUnmap(REAL(base), remove);
}

// Version 2: no memory-mapped reading, which would pass the faults by.
static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_map,
    .xShmLock = file_map_lock,
    .xShmBarrier = file_map_barrier,
    .xShmUnmap = file_unmap,
};

// MARK: The file system

static fault_disk *disk_of(sqlite3_vfs *vfs) { return (fault_disk *)vfs->pAppData; }

static int disk_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *flags_out) {
  fault_disk *disk = disk_of(vfs);
  fault_file *file = (fault_file *)base;
  memset(file, 0, sizeof *file);
  file->disk = disk;
  file->real = (sqlite3_file *)(file + 1);
  if (disk->has_crashed) return SQLITE_CANTOPEN;
  int code = disk->real->xOpen(disk->real, name, file->real, flags, flags_out);
  if (code != SQLITE_OK) return code;
  int watched = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
  pthread_mutex_lock(&disk->mutex);
  if (name && (flags & watched)) file->node = node_of(disk, name);
  disk->open_files++;
  pthread_mutex_unlock(&disk->mutex);
  base->pMethods = &METHODS;
  return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
  fault_disk *disk = disk_of(vfs);
  pthread_mutex_lock(&disk->mutex);
  int code = SQLITE_IOERR_DELETE;
  if (!disk->has_crashed) {
    for (inode *node = disk->inodes; node; node = node->next)
      if (strcmp(node->path, name) == 0) forget(node);
    code = disk->real->xDelete(disk->real, name, sync_folder);
  }
  pthread_mutex_unlock(&disk->mutex);
  return code;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  return disk_of(vfs)->real->xAccess(disk_of(vfs)->real, name, flags, result);
}
static int disk_full_path(sqlite3_vfs *vfs, const char *name, int length, char *path) {
  return disk_of(vfs)->real->xFullPathname(disk_of(vfs)->real, name, length, path);
}
static int disk_randomness(sqlite3_vfs *vfs, int length, char *bytes) {
  // Of SQLite's own salts: from the seed as well, so that a run repeats.
  fault_disk *disk = disk_of(vfs);
  pthread_mutex_lock(&disk->mutex);
  for (int place = 0; place < length; place++) bytes[place] = (char)draw(disk);
  pthread_mutex_unlock(&disk->mutex);
  return length;
}
static int disk_sleep(sqlite3_vfs *vfs, int microseconds) {
  return disk_of(vfs)->real->xSleep(disk_of(vfs)->real, microseconds);
}
static int disk_time(sqlite3_vfs *vfs, double *time) {
  return disk_of(vfs)->real->xCurrentTime(disk_of(vfs)->real, time);
}
static int disk_last_error(sqlite3_vfs *vfs, int length, char *text) {
  sqlite3_vfs *real = disk_of(vfs)->real;
  return real->xGetLastError ? real->xGetLastError(real, length, text) : 0;
}

fault_disk *fault_disk_create(uint64_t seed) {
  static pthread_mutex_t naming = PTHREAD_MUTEX_INITIALIZER;
  static unsigned long made = 0;
  sqlite3_vfs *real = sqlite3_vfs_find(NULL);
  fault_disk *disk = real ? calloc(1, sizeof *disk) : NULL;
  if (!disk) return NULL;
  pthread_mutex_lock(&naming);
  snprintf(disk->name, sizeof disk->name, "fulcrum-fault-%lu", ++made);
  pthread_mutex_unlock(&naming);
  pthread_mutex_init(&disk->mutex, NULL);
  disk->real = real;
  disk->random = seed;
  disk->vfs = (sqlite3_vfs){
      .iVersion = 1,
      .szOsFile = (int)sizeof(fault_file) + real->szOsFile,
      .mxPathname = real->mxPathname,
      .zName = disk->name,
      .pAppData = disk,
      .xOpen = disk_open,
      .xDelete = disk_delete,
      .xAccess = disk_access,
      .xFullPathname = disk_full_path,
      .xRandomness = disk_randomness,
      .xSleep = disk_sleep,
      .xCurrentTime = disk_time,
      .xGetLastError = disk_last_error,
  };
  if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) {
    free(disk);
    return NULL;
  }
  return disk;
}

void fault_disk_destroy(fault_disk *disk) {
  sqlite3_vfs_unregister(&disk->vfs);
  if (disk->open_files > 0) return;
  while (disk->inodes) {
    inode *gone = disk->inodes;
    disk->inodes = gone->next;
    forget(gone);
    free(gone->path);
    free(gone);
  }
  pthread_mutex_destroy(&disk->mutex);
  free(disk);
}

const char *fault_disk_name(const fault_disk *disk) { return disk->name; }

int fault_disk_schedule(fault_disk *disk, fault_kind kind, uint64_t first, uint64_t count) {
  pthread_mutex_lock(&disk->mutex);
  int has_room = disk->order_count < ORDERS;
  if (has_room) disk->orders[disk->order_count++] = (order){kind, first, count};
  pthread_mutex_unlock(&disk->mutex);
  return has_room;
}

void fault_disk_heal(fault_disk *disk) {
  pthread_mutex_lock(&disk->mutex);
  disk->order_count = 0;
  pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_crash(fault_disk *disk) {
  pthread_mutex_lock(&disk->mutex);
  if (!disk->has_crashed) disk->injected[FAULT_CRASH]++;
  crash(disk);
  pthread_mutex_unlock(&disk->mutex);
}

int fault_disk_has_crashed(fault_disk *disk) {
  pthread_mutex_lock(&disk->mutex);
  int answer = disk->has_crashed;
  pthread_mutex_unlock(&disk->mutex);
  return answer;
}

uint64_t fault_disk_count(fault_disk *disk, fault_count count) {
  pthread_mutex_lock(&disk->mutex);
  uint64_t answer = disk->counts[count];
  pthread_mutex_unlock(&disk->mutex);
  return answer;
}

uint64_t fault_disk_injected(fault_disk *disk, fault_kind kind) {
  pthread_mutex_lock(&disk->mutex);
  uint64_t answer = disk->injected[kind];
  pthread_mutex_unlock(&disk->mutex);
  return answer;
}
