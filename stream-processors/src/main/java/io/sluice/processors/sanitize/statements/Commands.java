package io.sluice.processors.sanitize.statements;

import org.jspecify.annotations.Nullable;

/** Which arguments of a key-value store's commands are keys. */
final class Commands {

  enum Keys {
    NONE,
    /** The first argument; for a command with subcommands that is their name. */
    FIRST,
    ALL
  }

  static final Commands REDIS =
      new Commands(
          true,
          new Words<Keys>()
              .put(Keys.NONE, "auth hello echo ping eval evalsha eval_ro evalsha_ro migrate")
              .put(Keys.NONE, "fcall fcall_ro select swapdb replicaof slaveof wait info bitop")
              .put(Keys.NONE, "xread xreadgroup lmpop zmpop blmpop bzmpop scan keys quit multi")
              .put(Keys.NONE, "exec discard unwatch dbsize flushall flushdb save bgsave time")
              .put(Keys.NONE, "monitor shutdown lastsave role sync psync failover reset")
              .put(Keys.FIRST, "get set setex psetex setnx getset getdel getex append strlen incr")
              .put(Keys.FIRST, "incrby incrbyfloat decr decrby getrange setrange substr getbit")
              .put(Keys.FIRST, "setbit bitcount bitpos bitfield bitfield_ro expire pexpire")
              .put(Keys.FIRST, "expireat pexpireat expiretime pexpiretime ttl pttl persist type")
              .put(Keys.FIRST, "dump restore sort sort_ro move copy mset msetnx hset hsetnx hmset")
              .put(Keys.FIRST, "hget hmget hgetall hdel hexists hincrby hincrbyfloat hkeys hvals")
              .put(Keys.FIRST, "hlen hstrlen hscan hrandfield hexpire httl hpexpire hpersist")
              .put(Keys.FIRST, "lpush lpushx rpush rpushx lpop rpop llen lrange lindex lset")
              .put(Keys.FIRST, "linsert lrem ltrim lpos blpop brpop lmove blmove brpoplpush sadd")
              .put(Keys.FIRST, "srem sismember smismember scard smembers spop srandmember sscan")
              .put(Keys.FIRST, "smove zadd zrem zscore zmscore zincrby zcard zcount zrange")
              .put(Keys.FIRST, "zrevrange zrangebyscore zrevrangebyscore zrangebylex")
              .put(Keys.FIRST, "zrevrangebylex zlexcount zrank zrevrank zpopmin zpopmax bzpopmin")
              .put(Keys.FIRST, "bzpopmax zscan zrandmember zremrangebyrank zremrangebyscore")
              .put(Keys.FIRST, "zremrangebylex zrangestore zunionstore zinterstore zdiffstore")
              .put(Keys.FIRST, "geoadd geopos geodist geohash georadius georadiusbymember")
              .put(Keys.FIRST, "geosearch geosearchstore pfadd xadd xdel xlen xrange xrevrange")
              .put(Keys.FIRST, "xtrim xack xclaim xautoclaim xpending xsetid publish spublish")
              .put(Keys.FIRST, "acl client cluster command config debug function latency memory")
              .put(Keys.FIRST, "module object pubsub script slowlog xgroup xinfo sentinel")
              .put(Keys.ALL, "del unlink exists touch mget watch rename renamenx rpoplpush")
              .put(Keys.ALL, "sinter sunion sdiff sinterstore sunionstore sdiffstore pfcount")
              .put(Keys.ALL, "pfmerge subscribe psubscribe ssubscribe unsubscribe punsubscribe")
              .put(Keys.ALL, "sunsubscribe"));

  static final Commands MEMCACHED =
      new Commands(
          false,
          new Words<Keys>()
              .put(Keys.NONE, "gat gats stats flush_all version verbosity quit mn")
              .put(Keys.FIRST, "set add replace append prepend cas delete incr decr touch")
              .put(Keys.FIRST, "mg ms md ma me")
              .put(Keys.ALL, "get gets"));

  /** Commands that are more often statements of SQL. */
  private static final Words<Boolean> SQL_TOO =
      new Words<Boolean>().put(true, "select exec copy move cluster restore");

  private final boolean pipelined;
  private final Words<Keys> names;

  private Commands(boolean pipelined, Words<Keys> names) {
    this.pipelined = pipelined;
    this.names = names;
  }

  /** Whether one statement may hold several commands. */
  boolean pipelined() {
    return pipelined;
  }

  /** Which arguments of this command are keys; null when there is no such command. */
  @Nullable Keys keys(Text text, int start, int end) {
    return names.get(text, start, end);
  }

  /** Whether a statement of an unknown system is a command of Redis, and none of SQL. */
  static boolean isRedis(Text text, int first) {
    int end = CommandReader.endOfName(text, first);
    return REDIS.keys(text, first, end) != null && SQL_TOO.get(text, first, end) == null;
  }
}
