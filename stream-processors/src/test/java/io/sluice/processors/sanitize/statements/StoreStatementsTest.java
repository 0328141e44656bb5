package io.sluice.processors.sanitize.statements;

import static io.sluice.processors.sanitize.statements.Statements.scrub;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements of stores that do not speak SQL. */
class StoreStatementsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          GET user:1 | GET user:1
          SET user:1 "ann smith" EX 60 | SET user:1 ?
          set "user 1" x | set "user 1" ?
          HSET user:1 name ann mail a@b.example | HSET user:1 ?
          MSET a 1 "b c" 2 | MSET a ?
          DEL a b c | DEL a b c
          AUTH ann hunter2 | AUTH ?
          HELLO 3 AUTH ann hunter2 | HELLO ?
          CONFIG SET requirepass hunter2 | CONFIG SET ?
          CONFIG GET maxmemory | CONFIG GET ?
          ACL SETUSER ann on >hunter2 ~* | ACL SETUSER ?
          EVAL "return redis.call('get', KEYS[1])" 1 k hunter2 | EVAL ?
          MIGRATE h 6379 k 0 5000 AUTH hunter2 | MIGRATE ?
          JSON.SET doc $ {"a":1} | JSON.SET ?
          FROBNICATE hunter2 | FROBNICATE ?
          hunter2 x | ?
          SET k "cut off | SET k ?
          GET "cut off | GET ?
          SET a 1;GET b; HSET c d 2 | SET a ?;GET b; HSET c ?
          SET a b;c;d | SET a ?
          DEL a;b | DEL a;b
          SET k ? | SET k ?
          HSET h f ? g ? | HSET h ?
          MULTI | MULTI
          """)
  void redis(String statement, String expected) {
    assertThat(scrub("redis", statement)).isEqualTo(expected);
    assertThat(scrub("redis", expected)).isEqualTo(expected);
  }

  @Test
  void pipelineIsReadLineByLineAndValuesOfSeveralLinesAsValues() {
    assertThat(scrub("redis", "SET a 1\nGET b\nLPUSH c x y"))
        .isEqualTo("SET a ?\nGET b\nLPUSH c ?");
    assertThat(scrub("redis", "SET a one\nget hunter2\nGETAWAY car")).isEqualTo("SET a ?");
    assertThat(scrub("redis", "DEL a\nhunter2")).isEqualTo("DEL a\n?");
    assertThat(scrub("redis", "DEL a\n")).isEqualTo("DEL a\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          get user:1 | get user:1
          gets a b | gets a b
          set user:1 0 60 5 | set user:1 ?
          cas k 0 0 2 17 noreply | cas k ?
          incr k 5 | incr k ?
          ms k S5 T90 | ms k ?
          gat 60 k | gat ?
          stats items | stats ?
          """)
  void memcached(String statement, String expected) {
    assertThat(scrub("memcached", statement)).isEqualTo(expected);
    assertThat(scrub("memcached", expected)).isEqualTo(expected);
  }

  @Test
  void memcachedValueIsGone() {
    assertThat(scrub("memcached", "set k 0 60 7\r\nhunter2\r\nGET x")).isEqualTo("set k ?");
    assertThat(scrub("memcached", "get k\r\nVALUE k 0 7\r\nhunter2")).isEqualTo("get k\r\n?");
    assertThat(scrub("memcached", "get k\r\n")).isEqualTo("get k\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"find":"orders","filter":{"mail":"a@b","n":{"$gt":5}},"limit":1} | {"find":"orders","filter":{"mail":"?","n":{"$gt":"?"}},"limit":"?"}
          {"insert": "orders", "documents": [{"a": 1}, {"a": 2}], "ordered": true} | {"insert": "orders", "documents": [{"a": "?"}], "ordered": true}
          {"filter": {"find": "hunter2"}, "x": null} | {"filter": {"find": "?"}, "x": null}
          {"filter": 1, "find": "hunter2"} | {"filter": "?", "find": "?"}
          {"a": {"$in": [1, "b", 3]}, "b": [], "c": {}} | {"a": {"$in": ["?"]}, "b": [], "c": {}}
          {"_id": {"$oid": "507f1f77bcf86cd799439011"}, "d": {"$date": -5}} | {"_id": {"$oid": "?"}, "d": {"$date": "?"}}
          {"aggregate": "orders", "pipeline": [{"$match": {"a": {"b": [1, {"c": "x"}]}}}, {"$limit": 5}]} | {"aggregate": "orders", "pipeline": [{"$match": {"a": {"b": ["?", {"c": "?"}]}}}, {"$limit": "?"}]}
          db.orders.find({mail: 'a@b', _id: ObjectId("5f"), n: /^hun"ter2/i}).limit(5) | db.orders.find({mail: "?", _id: ObjectId("?"), n: "?"}).limit("?")
          db.orders.updateOne({a: 1}, {$set: {"b.c": new Date("2026")}}) | db.orders.updateOne({a: "?"}, {$set: {"b.c": new Date("?")}})
          find orders {'a': 1, 'b': None, 'c': [ObjectId('5f'), ObjectId('60')]} | find orders {'a': "?", 'b': None, 'c': [ObjectId("?")]}
          {"find":"orders","filter":{"a":"?"}} | {"find":"orders","filter":{"a":"?"}}
          {"a": "say \\"hunter2\\" , \\\\"} | {"a": "?"}
          {"a": "cut off | {"a": "?"
          {"a": 1, "cut off | {"a": "?", "?"
          {"a": 1, "cut" | {"a": "?", "?"
          {"a": hunter2 } hunter2 | {"a": "?" } "?"
          """)
  void mongodb(String statement, String expected) {
    assertThat(scrub("mongodb", statement)).isEqualTo(expected);
    assertThat(scrub("mongodb", expected)).isEqualTo(expected);
  }

  @Test
  void nestedTooDeepGoes() {
    String deep = "[".repeat(200) + "\"hunter2\"" + "]".repeat(200);
    assertThat(scrub("mongodb", deep)).isEqualTo("[".repeat(64) + "\"?\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"elasticsearch", "opensearch"})
  void searchesAreJson(String system) {
    String bulk = "{\"index\":{\"_id\":\"5\"}}\n{\"count\":\"x\",\"tags\":[\"a\",\"b\"]}\n";
    assertThat(scrub(system, bulk))
        .isEqualTo("{\"index\":{\"_id\":\"?\"}}\n{\"count\":\"?\",\"tags\":[\"?\"]}\n");
  }
}
