// All kernels, in the order in which they use each other.

#define DK_TILE_COLUMNS ((size_t)DK_TILE_VECTORS * DK_LANES)

#include "simd.h"
#include "elementary.h"
#include "pack.h"
#include "activation.h"
#include "columns.h"
#include "crossentropy.h"
#include "tile.h"
#include "add_in_order.h"
#include "tiles.h"
#include "zeros.h"
#include "skipping_tile.h"
#include "narrow.h"
#include "row.h"
#include "multiply.h"
#include "multiply_panels.h"
#include "accumulate.h"
#include "reductions.h"
#include "optimizer.h"
#include "random.h"
#include "table.h"
