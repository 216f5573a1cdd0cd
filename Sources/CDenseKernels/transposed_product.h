// Where the parts of a `dk_transposed_product` are, and the update of some of its result.

DK_INLINE size_t panel_columns(const dk_transposed_product *p, size_t panel) {
  return least(DK_PANEL_COLUMNS, p->right_columns - panel * DK_PANEL_COLUMNS);
}

/// Where a row of a panel of the result, and of arrays that lie as it does, starts.
DK_INLINE size_t panel_place(const dk_transposed_product *p, size_t panel, size_t row) {
  return panel * p->panel_step + (p->first_row + row) * panel_columns(p, panel);
}

/// Updates `count` weights from `first` on, whose gradients are at `gradients`.
static int update_block(const dk_transposed_product *p, size_t first, size_t count, float *gradients) {
  dk_update u = *p->update;
  u.count = count;
  u.weights += first;
  u.gradients = gradients;
  for (int i = 0; i < 3; i++)
    if (u.slot[i]) u.slot[i] += first;
  return p->update_function(&u);
}

/// Where the left factor's line of a term starts.
DK_INLINE const float *left_line(const dk_transposed_product *p, size_t term) {
  return p->left + (p->left_rows ? (size_t)p->left_rows[term] : term) * p->left_stride;
}
