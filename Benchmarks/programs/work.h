// A work as laid out by densebench/folder.py, and the command loop that every C program shares.
//
// A program defines the four peer_ functions; main() of work.c reads commands from standard input and answers one
// line each, "ok ..." or "error ...":
//   prepare FOLDER | run CALLS | latency FILE CALLS | concurrent THREADS SECONDS | count FOLDER QUANTITY |
//   round_trip | quit
#ifndef DENSEBENCH_WORK_H
#define DENSEBENCH_WORK_H

#include <stddef.h>
#include <stdint.h>

enum { WORK_MAX_LAYERS = 8 };

typedef struct {
  char folder[512];
  char kind[16];                         // forward, gemm or race
  char activations[WORK_MAX_LAYERS][16]; // linear, relu, tanh or sigmoid
  int64_t widths[WORK_MAX_LAYERS + 1];
  int64_t layers, rows, test_rows, epochs, batch;
  double learning_rate, target_accuracy;
} work_t;

// Reads FOLDER/work.txt. Returns 0, or -1 with the reason in work_error.
int work_read(const char *folder, work_t *work);

// An array of the work, `count` floats (or labels) that the caller frees. NULL, and work_error, if it is not that long.
float *work_floats(const work_t *work, const char *name, size_t count);
int32_t *work_labels(const work_t *work, const char *name, size_t count);

// The share of rows whose largest score is at their label.
double work_accuracy(const float *scores, const int32_t *labels, int64_t rows, int64_t columns);

double work_seconds(void);
int work_threads(void); // DENSEBENCH_THREADS, at least 1

// The reason of the last failure; a peer writes its own with work_fail, which returns -1.
extern char work_error[512];
int work_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// What a program provides. Each returns 0, or -1 after work_fail.
const char *peer_version(void);
// Builds the work and computes `*result`, `*count` floats owned by the peer: outputs, or the accuracy of a training.
int peer_prepare(const work_t *work, const float **result, size_t *count);
// Runs the prepared work once. A race stores its own training time in `*seconds`; others leave it alone.
int peer_run(double *seconds);
// The rest of the commands; a peer without them answers work_fail("unsupported").
int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity);

#endif
