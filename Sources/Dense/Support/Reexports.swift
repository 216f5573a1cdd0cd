// The public interface speaks of `DenseError` and `MatrixView`, so whoever imports Dense sees them too.
@_exported public import DenseCompute
