// An SQLite file system that breaks on order.
//
// It stands before SQLite's own and counts what a database does to its files. On the scheduled
// operation it tears a write, loses a sync, reports a full disk or an error, flips a bit, or crashes:
// from then on nothing succeeds, and what had not been synced is kept, lost or torn, write by write,
// as the seed says. The same seed and the same operations give the same files.
//
// Not modelled: folders that forget a new or removed name, and writes that reach the disk in pieces
// smaller than a sector.
#ifndef FAULT_FILE_SYSTEM_H
#define FAULT_FILE_SYSTEM_H

#include <stdint.h>

typedef struct fault_disk fault_disk;

typedef enum {
  // Counted by changes: writes, syncs and truncations of databases and their logs.
  FAULT_CRASH = 0,
  // Counted by writes.
  FAULT_FULL = 1,
  FAULT_WRITE_ERROR = 2,
  FAULT_FLIP_WRITTEN = 3,
  // Counted by syncs.
  FAULT_DROP_SYNC = 4,
  FAULT_SYNC_ERROR = 5,
  // Counted by reads.
  FAULT_READ_ERROR = 6,
  FAULT_FLIP_READ = 7,
} fault_kind;

enum { FAULT_KINDS = 8 };

typedef enum { FAULT_COUNT_CHANGES, FAULT_COUNT_WRITES, FAULT_COUNT_SYNCS, FAULT_COUNT_READS } fault_count;

// Registers a file system of a name of its own; null where that fails.
fault_disk *fault_disk_create(uint64_t seed);
// Ends it. Databases that use it must be closed; where one is not, its memory stays.
void fault_disk_destroy(fault_disk *disk);
// Name to open a database by.
const char *fault_disk_name(const fault_disk *disk);

// The operations `first` to `first + count − 1` of the fault's own count, from 1, fail so.
// Returns 0 where the schedule is full.
int fault_disk_schedule(fault_disk *disk, fault_kind kind, uint64_t first, uint64_t count);
// Forgets what is scheduled; a crash stays.
void fault_disk_heal(fault_disk *disk);
// Crashes now.
void fault_disk_crash(fault_disk *disk);

int fault_disk_has_crashed(fault_disk *disk);
// Operations so far.
uint64_t fault_disk_count(fault_disk *disk, fault_count count);
// Faults that came to pass.
uint64_t fault_disk_injected(fault_disk *disk, fault_kind kind);

#endif
