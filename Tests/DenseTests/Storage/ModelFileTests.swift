import DenseCompute
import XCTest

@testable import Dense

/// Descriptions: versions, kinds, and settings that go to JSON and back.
final class ModelFileTests: XCTestCase {
  private func write(_ description: String?, to path: String) throws {
    try TensorFile.write(path: path, metadata: description.map { ["dense": $0] } ?? [:], [])
  }

  func testRoundTrip() throws {
    let directory = try TestDirectory()
    let path = directory.file("m")
    let members = [JSON.Member("seed", .text("18446744073709551615")), JSON.Member("layers", .array([.null]))]
    try ModelFile.write(path: path, kind: .network, description: members, tensors: [])
    let file = try ModelFile.read(path: path, kind: .network)
    XCTAssertEqual(
      file.description.encoded,
      #"{"format":1,"minimum_reader":1,"kind":"network","seed":"18446744073709551615","layers":[null]}"#)
    try directory.bytes("m").withUnsafeBytes {
      XCTAssertEqual(try ModelFile.read(bytes: $0, kind: .network).description, file.description)
    }
    assertFails(.fileFormat, "a layer", "a network") { _ = try ModelFile.read(path: path, kind: .layer) }
  }

  func testVersions() throws {
    let directory = try TestDirectory()
    let path = directory.file("m")
    try write(#"{"format":7,"minimum_reader":1,"kind":"layer","new":[]}"#, to: path)
    XCTAssertNoThrow(try ModelFile.read(path: path, kind: .layer), "a later format that this reader understands")
    try write(#"{"format":7,"minimum_reader":2,"kind":"layer"}"#, to: path)
    assertFails(.fileVersion, "version 1", "version 7", "version 2") {
      _ = try ModelFile.read(path: path, kind: .layer)
    }
  }

  func testOtherDescriptionsAreRefused() throws {
    let directory = try TestDirectory()
    let path = directory.file("m")
    let faults: [(String?, String)] = [
      (nil, "'dense'"), ("", "a value"), ("[]", "an object"), ("{}", "minimum_reader"),
      (#"{"minimum_reader":"1"}"#, "a whole number"), (#"{"minimum_reader":-1}"#, "-1"),
      (#"{"minimum_reader":1}"#, "kind"), (#"{"minimum_reader":1,"kind":2}"#, "a text"),
      (#"{"minimum_reader":1,"kind":"zebra"}"#, "zebra"),
    ]
    for (description, part) in faults {
      try write(description, to: path)
      assertFails(.fileFormat, part) { _ = try ModelFile.read(path: path, kind: .network) }
    }
  }

  func testEveryKindSurvivesJSON() throws {
    func check<Kind>(_ catalogue: Catalogue<Kind>) throws {
      for name in catalogue.names {
        let value = catalogue.configuration(of: try catalogue.make(name))
        let again = try JSONParser.parse(value.json, what: name).settingValue(name)
        XCTAssertEqual(again, value)
        XCTAssertEqual(catalogue.configuration(of: try catalogue.make(again)), value)
      }
    }
    try check(Catalogues.activations)
    try check(Catalogues.initializers)
    try check(Catalogues.regularizers)
    try check(Catalogues.losses)
    try check(Catalogues.optimizers)
    try check(Catalogues.metrics)
    XCTAssertEqual(LeakyReLU().configuration.json, #"{"kind":"leaky_relu","negative_slope":0.2}"#)
    assertFails(.fileFormat, "kind") { _ = try JSON.object([]).settingValue("x") }
    assertFails(.fileFormat, "an array") { _ = try JSON.array([]).settingValue("x") }
  }
}
