// What a program that measures a library's sgemm provides, beside peer_version; sgemm.c has the rest.
#ifndef DENSEBENCH_SGEMM_H
#define DENSEBENCH_SGEMM_H

// output = left . right, all row-major: (rows x inner) . (inner x columns). Returns 0, or -1 after work_fail.
int sgemm(int rows, int inner, int columns, const float *left, const float *right, float *output);

#endif
