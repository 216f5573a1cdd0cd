/// Every registered kind. A kind enters the engine, the C ABI, the bindings and the model files by standing here.
public enum Catalogues {
  /// Functions of a layer's pre-activation.
  public static let activations = Catalogue<any Activation>(
    "activation",
    [
      Linear.self, ReLU.self, LeakyReLU.self, ELU.self, Sigmoid.self, Tanh.self, Softplus.self, SiLU.self, GELU.self,
      Softmax.self,
    ])

  /// Laws of first values.
  public static let initializers = Catalogue<any Initializer>(
    "initializer",
    [
      Zeros.self, Ones.self, Constant.self, GlorotUniform.self, GlorotNormal.self, HeUniform.self, HeNormal.self,
      LecunUniform.self, LecunNormal.self, RandomUniform.self, RandomNormal.self, TruncatedNormal.self,
    ])

  /// Penalties on weights.
  public static let regularizers = Catalogue<any Regularizer>("regularizer", [L1.self, L2.self, L1L2.self])

  /// What training makes small.
  public static let losses = Catalogue<any Loss>(
    "loss",
    [
      MeanSquaredError.self, MeanAbsoluteError.self, Huber.self, BinaryCrossentropy.self, CategoricalCrossentropy.self,
      SparseCategoricalCrossentropy.self,
    ])

  /// Rules that change weights.
  public static let optimizers = Catalogue<any Optimizer>(
    "optimizer", [SGD.self, RMSprop.self, Adam.self, AdamW.self])

  /// Figures of merit.
  public static let metrics = Catalogue<any Metric>(
    "metric",
    [
      Accuracy.self, BinaryAccuracy.self, CategoricalAccuracy.self, SparseCategoricalAccuracy.self,
      MeanSquaredErrorMetric.self, MeanAbsoluteErrorMetric.self, R2Score.self, Precision.self, Recall.self,
      F1Score.self,
    ])
}
