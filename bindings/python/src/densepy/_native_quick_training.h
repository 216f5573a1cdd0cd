// Training steps of QuickCall objects without a detour through Python. Included by _native_quick_call.h.

enum {
  // Class numbers that are converted on the stack, and figures that a step may report.
  MOST_QUICK_LABELS = 1024,
  MOST_QUICK_FIGURES = 32,
};

static PyObject *int32 = NULL, *int64 = NULL;

static int find_integers(void) {
  if (int64 != NULL) return 1;
  PyObject *numpy = PyImport_ImportModule("numpy");
  if (numpy == NULL) return 0;
  int32 = PyObject_CallMethod(numpy, "dtype", "s", "i4");
  int64 = int32 == NULL ? NULL : PyObject_CallMethod(numpy, "dtype", "s", "i8");
  Py_DECREF(numpy);
  return int64 != NULL;
}

// Whether `array` has a target row of `columns` values for each of `rows` rows, and where: in its own memory, or class
// numbers of integers as floats in `labels`. Sets no exception; where it says yes, the caller releases the view.
static int take_targets(PyObject *array, int64_t rows, int64_t columns, float *labels, Py_buffer *view,
                        const float **targets) {
  if ((PyObject *)Py_TYPE(array) != array_type) return 0;
  PyObject *type = PyObject_GetAttr(array, dtype_name);
  Py_XDECREF(type);
  int is_float = type == float32, are_labels = (type == int32 || type == int64) && columns == 1;
  if (!is_float && !(are_labels && rows <= MOST_QUICK_LABELS)) return 0;
  if (PyObject_GetBuffer(array, view, PyBUF_C_CONTIGUOUS) != 0) {
    PyErr_Clear();
    return 0;
  }
  int is_flat = view->ndim == 1 && columns == 1;
  int fits = (is_flat || (view->ndim == 2 && view->shape[1] == columns)) && view->shape[0] == rows;
  if (!fits || (uintptr_t)view->buf % (uintptr_t)view->itemsize != 0) {
    PyBuffer_Release(view);
    return 0;
  }
  *targets = is_float ? view->buf : labels;
  if (type == int32) {
    for (int64_t i = 0; i < rows; i++) labels[i] = (float)((const int32_t *)view->buf)[i];
  } else if (type == int64) {
    for (int64_t i = 0; i < rows; i++) labels[i] = (float)((const int64_t *)view->buf)[i];
  }
  return 1;
}

static PyObject *give_figures(const double *figures, int64_t count) {
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (int64_t i = 0; list != NULL && i < count; i++) {
    PyObject *figure = PyFloat_FromDouble(figures[i]);
    if (figure == NULL)
      Py_CLEAR(list);
    else
      PyList_SetItem(list, (Py_ssize_t)i, figure);
  }
  return list;
}

// _train_quickly(x, y, target_columns, result_count): one step of a compiled network and its figures, or None, and no step,
// where the arrays are not as they should be.
static PyObject *train_quickly(PyObject *object, PyObject *const *args, Py_ssize_t count) {
  // Another thread may give the object another network meanwhile.
  quick_call self = *(quick_call *)object;
  int64_t target_columns, result_count;
  Py_buffer rows, view;
  const float *targets;
  float labels[MOST_QUICK_LABELS];
  double figures[MOST_QUICK_FIGURES];
  if (!take_count("_train_quickly", count, 4) || !take_i64(args[2], &target_columns) ||
      !take_i64(args[3], &result_count) || !find_numpy() || !find_integers())
    return NULL;
  if (self.handle == NULL || self.is_predictor || result_count > MOST_QUICK_FIGURES ||
      !is_matrix(args[0], 0, self.inputs, &rows))
    return give_none();
  if (!take_targets(args[1], rows.shape[0], target_columns, labels, &view, &targets)) {
    PyBuffer_Release(&rows);
    return give_none();
  }
  dense_status status;
  Py_BEGIN_ALLOW_THREADS
  status = library.network_train_batch(self.handle, rows.buf, rows.shape[0], self.inputs, targets, target_columns, NULL,
                                       figures, result_count);
  Py_END_ALLOW_THREADS
  PyBuffer_Release(&view);
  PyBuffer_Release(&rows);
  return status == DENSE_OK ? give_figures(figures, result_count) : give_failure(status);
}
