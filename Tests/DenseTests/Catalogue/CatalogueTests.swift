import DenseCompute
import XCTest

@testable import Dense

/// What holds for every registered kind.
final class CatalogueTests: XCTestCase {
  func testEveryKindIsMadeByNameAliasAndClassName() throws {
    try checkNames(Catalogues.activations)
    try checkNames(Catalogues.initializers)
    try checkNames(Catalogues.regularizers)
    try checkNames(Catalogues.losses)
    try checkNames(Catalogues.optimizers)
    try checkNames(Catalogues.metrics)
    XCTAssertEqual(try Catalogues.losses.make("MeanSquaredError").name, "mean_squared_error")
    XCTAssertEqual(try Catalogues.losses.make("mse").name, "mean_squared_error")
    XCTAssertEqual(try Catalogues.optimizers.make("RMSprop").name, "rmsprop")
    XCTAssertEqual(try Catalogues.optimizers.make("gradient_descent").name, "sgd")
    XCTAssertEqual(try Catalogues.activations.make("swish").name, "silu")
    XCTAssertEqual(try Catalogues.activations.make("LeakyReLU").name, "leaky_relu")
    XCTAssertEqual(try Catalogues.regularizers.make("L1L2").name, "l1_l2")
  }

  private func checkNames<Kind>(_ catalogue: Catalogue<Kind>) throws {
    XCTAssertEqual(Set(catalogue.names).count, catalogue.names.count)
    for name in catalogue.names {
      let kind = try XCTUnwrap(catalogue.make(name) as? any Configurable)
      XCTAssertEqual(kind.name, name)
      XCTAssertNoThrow(try kind.validate(), name)
      let again = try XCTUnwrap(catalogue.make(kind.configuration) as? any Configurable)
      XCTAssertEqual(again.configuration, kind.configuration)
      XCTAssertEqual(Set(kind.settingNames).count, kind.settingNames.count, name)
    }
  }

  func testUnknownNamesListTheValidOnes() {
    XCTAssertThrowsError(try Catalogues.losses.make("hinges")) { error in
      let error = error as? DenseError
      XCTAssertEqual(error?.code, .unknownName)
      XCTAssertEqual(error?.message.contains("'hinges'"), true)
      XCTAssertEqual(error?.message.contains("mean_squared_error, mean_absolute_error"), true)
    }
    var adam = Adam()
    XCTAssertThrowsError(try adam.set("beta_3", .number(1))) { error in
      XCTAssertEqual((error as? DenseError)?.code, .unknownName)
      XCTAssertEqual((error as? DenseError)?.message.contains("beta_1, beta_2"), true)
    }
  }

  func testValuesOutsideTheRangeAreRefusedAndChangeNothing() throws {
    var adam = Adam()
    for value in [SettingValue.number(1), .number(-0.1), .number(.nan), .text("much"), .none] {
      XCTAssertThrowsError(try adam.set("beta_1", value)) {
        XCTAssertEqual(($0 as? DenseError)?.code, .invalidArgument)
      }
    }
    XCTAssertEqual(try adam.setting("beta_1"), .number(0.9))
    XCTAssertThrowsError(try adam.set("learning_rate", .number(1e39)), "not finite in float32")
    try adam.set("amsgrad", .number(1))
    XCTAssertEqual(adam.slots, ["momentum", "velocity", "velocity_hat"])
  }

  func testOnlyOneKindOfClipping() throws {
    var sgd = SGD()
    try sgd.set("clipnorm", .number(1))
    XCTAssertThrowsError(try sgd.set("clipvalue", .number(1))) { error in
      XCTAssertEqual((error as? DenseError)?.message.contains("clipnorm and clipvalue"), true)
    }
    XCTAssertNil(sgd.common.clipValue)
    try sgd.set("clipnorm", .none)
    try sgd.set("clipvalue", .number(1))
    sgd.common.globalClipNorm = 1
    XCTAssertThrowsError(try sgd.validate())
  }

  func testAssignedValuesAreCheckedByValidate() {
    XCTAssertThrowsError(try Adam(learningRate: -1).validate())
    XCTAssertThrowsError(try RandomNormal(mean: 0, standardDeviation: .infinity).validate())
    XCTAssertNoThrow(try Adam(learningRate: 0.1).validate())
  }

  /// A kind with kinds inside, as layers are.
  private struct Nested: Configurable {
    static let name = "nested"
    static let settings: [Setting<Self>] = [
      .kind("initializer", \.initializer, of: Catalogues.initializers),
      .optionalKind("activation", \.activation, of: Catalogues.activations),
      .integer("units", \.units, in: 1...10),
    ]

    var initializer: any Initializer = GlorotUniform()
    var activation: (any Activation)?
    var units = 1
  }

  func testSettingsOfNestedKinds() throws {
    var nested = Nested()
    try nested.set("initializer", .text("RandomNormal"))
    try nested.set("initializer.stddev", .number(0.5))
    XCTAssertEqual(try nested.setting("initializer.stddev"), .number(0.5))
    XCTAssertEqual((nested.initializer as? RandomNormal)?.standardDeviation, 0.5)
    XCTAssertEqual(try nested.setting("activation"), .none)
    try nested.set("activation", .object(name: "elu", settings: [("alpha", .number(2))]))
    XCTAssertEqual((nested.activation as? ELU)?.alpha, 2)

    let before = nested.configuration
    func refused(_ path: String, _ value: SettingValue, _ code: DenseError.Code, _ part: String, line: UInt = #line) {
      XCTAssertThrowsError(try nested.set(path, value), line: line) { error in
        XCTAssertEqual((error as? DenseError)?.code, code, line: line)
        let message = (error as? DenseError)?.message ?? ""
        XCTAssertTrue(message.contains(part), "'\(message)' lacks '\(part)'", line: line)
      }
      XCTAssertEqual(nested.configuration, before, line: line)
    }
    refused("initializer.stddev", .number(-1), .invalidArgument, "at least 0")
    refused("initializer.spread", .number(1), .unknownName, "mean, stddev, seed")
    refused("initializer", .none, .invalidArgument, "initializer")
    refused("initializer", .text("normal_glorot"), .unknownName, "glorot_normal")
    refused("units.x", .number(1), .unknownName, "no settings of its own")
    refused("units", .number(1.5), .invalidArgument, "whole number from 1 to 10")
    refused("activation", .object(name: "elu", settings: [("beta", .number(2))]), .unknownName, "alpha")
    XCTAssertThrowsError(try nested.setting("activation.beta"))
    try nested.set("activation", .none)
    XCTAssertNil(nested.activation)
    XCTAssertThrowsError(try nested.setting("activation.alpha"))
  }
}
