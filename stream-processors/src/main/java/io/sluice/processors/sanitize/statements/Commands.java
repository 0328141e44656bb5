package io.sluice.processors.sanitize.statements;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which arguments of a key-value store's commands are keys. */
final class Commands {

  /** What stays of a command's arguments. */
  enum Kept {
    NOTHING,
    /** The first argument. */
    KEY,
    /** All of them. */
    KEYS,
    /** Every other one, from the first. */
    PAIRS,
    /** The first, which is a command itself. */
    SUBCOMMAND,
    /** What reads an option shows its name; what sets one shows nothing. */
    CONFIG
  }

  static final Commands REDIS =
      new Commands(true)
          .put(Kept.NOTHING, "auth hello echo ping eval evalsha eval_ro evalsha_ro migrate")
          .put(Kept.NOTHING, "fcall fcall_ro select swapdb replicaof slaveof wait info bitop")
          .put(Kept.NOTHING, "xread xreadgroup lmpop zmpop blmpop bzmpop scan keys quit multi")
          .put(Kept.NOTHING, "exec discard unwatch dbsize flushall flushdb save bgsave time")
          .put(Kept.NOTHING, "monitor shutdown lastsave role sync psync failover reset")
          .put(Kept.KEY, "get set setex psetex setnx getset getdel getex append strlen incr")
          .put(Kept.KEY, "incrby incrbyfloat decr decrby getrange setrange substr getbit setbit")
          .put(Kept.KEY, "bitcount bitpos bitfield bitfield_ro expire pexpire expireat pexpireat")
          .put(Kept.KEY, "expiretime pexpiretime ttl pttl persist type dump restore sort sort_ro")
          .put(Kept.KEY, "move copy hset hsetnx hmset hget hmget hgetall hdel hexists hincrby")
          .put(Kept.KEY, "hincrbyfloat hkeys hvals hlen hstrlen hscan hrandfield hexpire httl")
          .put(Kept.KEY, "hpexpire hpersist lpush lpushx rpush rpushx lpop rpop llen lrange")
          .put(Kept.KEY, "lindex lset linsert lrem ltrim lpos blpop brpop lmove blmove brpoplpush")
          .put(Kept.KEY, "sadd srem sismember smismember scard smembers spop srandmember sscan")
          .put(Kept.KEY, "smove zadd zrem zscore zmscore zincrby zcard zcount zrange zrevrange")
          .put(Kept.KEY, "zrangebyscore zrevrangebyscore zrangebylex zrevrangebylex zlexcount")
          .put(Kept.KEY, "zrank zrevrank zpopmin zpopmax bzpopmin bzpopmax zscan zrandmember")
          .put(Kept.KEY, "zremrangebyrank zremrangebyscore zremrangebylex zrangestore")
          .put(Kept.KEY, "zunionstore zinterstore zdiffstore geoadd geopos geodist geohash")
          .put(Kept.KEY, "georadius georadiusbymember geosearch geosearchstore pfadd xadd xdel")
          .put(Kept.KEY, "xlen xrange xrevrange xtrim xack xclaim xautoclaim xpending xsetid")
          .put(Kept.KEY, "publish spublish")
          .put(Kept.KEYS, "del unlink exists touch mget watch rename renamenx rpoplpush")
          .put(Kept.KEYS, "sinter sunion sdiff sinterstore sunionstore sdiffstore")
          .put(Kept.KEYS, "pfcount pfmerge subscribe psubscribe ssubscribe")
          .put(Kept.KEYS, "unsubscribe punsubscribe sunsubscribe")
          .put(Kept.PAIRS, "mset msetnx")
          .put(Kept.SUBCOMMAND, "acl client cluster command debug function latency memory")
          .put(Kept.SUBCOMMAND, "module object pubsub script slowlog xgroup xinfo sentinel")
          .put(Kept.CONFIG, "config");

  static final Commands MEMCACHED =
      new Commands(false)
          .put(Kept.KEYS, "get gets")
          .put(Kept.KEY, "set add replace append prepend cas delete incr decr touch")
          .put(Kept.KEY, "mg ms md ma me")
          .put(Kept.NOTHING, "gat gats stats flush_all version verbosity quit mn");

  private static final int LONGEST = 20;

  private final Map<String, Kept> kept = new HashMap<>();
  private final boolean pipelined;

  private Commands(boolean pipelined) {
    this.pipelined = pipelined;
  }

  /** Whether one statement may hold several commands. */
  boolean pipelined() {
    return pipelined;
  }

  /** What stays of the command that is this range; null when there is no such command. */
  @Nullable Kept kept(Text text, int start, int end) {
    String name = text.lowerCase(start, end, LONGEST);
    Kept known = kept.get(name);
    if (known == null && pipelined && name.indexOf('.') > 0) {
      return ofModule(name.substring(0, name.indexOf('.')));
    }
    return known;
  }

  private static @Nullable Kept ofModule(String module) {
    return switch (module) {
      case "json", "ts", "bf", "cf", "cms", "topk", "tdigest" -> Kept.KEY;
      case "ft" -> Kept.NOTHING;
      default -> null;
    };
  }

  private Commands put(Kept what, String names) {
    for (String name : names.split(" ", -1)) {
      kept.put(name, what);
    }
    return this;
  }
}
