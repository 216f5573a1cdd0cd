#include "CDenseKernels.h"
