// What dense.c and dense_training.c share.
#ifndef DENSEBENCH_DENSE_WORK_H
#define DENSEBENCH_DENSE_WORK_H

#include "work.h"

#include <dense.h>
#include <time.h>

// Returns from the calling function with the library's reason when `call` fails.
#define CHECK(call)                                                     \
  do {                                                                  \
    if ((call) != DENSE_OK) return work_fail("%s", dense_last_error()); \
  } while (0)

// The work's network with the work's parameters. The caller destroys it.
int network_create(const work_t *work, dense_network **network);
// Gives the network the work's parameters again.
int network_load_parameters(const work_t *work, dense_network *network);

// Reads a race's data, once.
int race_prepare(const work_t *work);
// Trains anew until the accuracy is reached: seconds of training alone, without the checks between epochs.
int race_run(const work_t *work, dense_network *network, double *seconds, float *accuracy);

#endif
