%% SPDX-License-Identifier: MIT
%% The workloads of the benchmark with Erlang's processes, and its gen_server where it is asked.
-module(bench).

-export([main/1, idle/1]).

main([Workload, Count]) ->
    {Pid, Monitor} = spawn_monitor(fun() -> report(Workload, list_to_integer(Count)) end),
    receive
        {'DOWN', Monitor, process, Pid, normal} ->
            halt(0);
        {'DOWN', Monitor, process, Pid, {unsupported, Why}} ->
            io:format(standard_error, "~s~n", [Why]),
            halt(77);
        {'DOWN', Monitor, process, Pid, Reason} ->
            io:format(standard_error, "~s: ~p~n", [Workload, Reason]),
            halt(1)
    end.

report(Workload, Count) ->
    case run(Workload, Count) of
        {bytes, Bytes} ->
            io:format("~s ~b bytes~n", [Workload, round(Bytes / Count)]);
        {percentiles, P50, P99} ->
            io:format("~s ~.3f us ~.3f~n", [Workload, P50 / 1000, P99 / 1000]);
        Took ->
            io:format("~s ~.2f ns~n", [Workload, Took / Count])
    end.

run("ping-pong", Count) -> ring(2, Count);
run("counting", Count) -> counting(Count);
run("ring", Count) -> ring(100, Count);
run("create", Count) -> create(Count);
run("fork-join", Count) -> fork_join(60, Count);
run("big", Count) -> big(120, Count);
run("chameneos", Count) -> chameneos(100, Count);
run("many-to-one", Count) -> many_to_one(100, Count);
run("shop", Count) -> shop(1000, Count);
run("memory", Count) -> memory(Count);
run("ask", _) -> exit({unsupported, "who asks is a process, never a thread outside Erlang's scheduler"});
run("ask-inside", Count) -> ask(Count);
run(_, _) -> exit({unsupported, "no such workload"}).

now_ns() ->
    erlang:monotonic_time(nanosecond).

%% Runs Fun; returns how many ns that took and what it answered.
timed(Fun) ->
    Began = now_ns(),
    Answer = Fun(),
    {now_ns() - Began, Answer}.

%% Asks each of the processes how many it has handled; returns the sum.
handled(Pids) ->
    [Pid ! {handled, self()} || Pid <- Pids],
    lists:sum([receive {handled, Pid, N} -> N end || Pid <- Pids]).

%% ---- ping-pong and ring --------------------------------------------------------------------------

ring(Members, Count) ->
    Main = self(),
    Pids = [First | Rest] = [spawn_link(fun() -> join_ring(Main) end) || _ <- lists:seq(1, Members)],
    [Pid ! {next, Next} || {Pid, Next} <- lists:zip(Pids, Rest ++ [First])],
    {Took, over} = timed(fun() ->
        First ! {token, Count - 1},
        receive over -> over end
    end),
    Count = handled(Pids),
    Took.

join_ring(Main) ->
    receive
        {next, Next} -> pass(Main, Next, 0)
    end.

pass(Main, Next, Handled) ->
    receive
        {token, 0} ->
            Main ! over,
            pass(Main, Next, Handled + 1);
        {token, Left} ->
            Next ! {token, Left - 1},
            pass(Main, Next, Handled + 1);
        {handled, From} ->
            From ! {handled, self(), Handled}
    end.

%% ---- counting, fork-join and many-to-one ---------------------------------------------------------

%% Many can send at the same time only to a process whose queue is outside of its heap.
spawn_counter(1) ->
    spawn_link(fun() -> counter(1, 0, 0) end);
spawn_counter(Producers) ->
    spawn_opt(fun() -> counter(Producers, 0, 0) end, [link, {message_queue_data, off_heap}]).

%% Answers when all its producers have asked: only messages of one sender stay in order.
counter(Producers, Handled, Sum) ->
    receive
        {increment, By} ->
            counter(Producers, Handled + 1, Sum + By);
        {total, _} when Producers > 1 ->
            counter(Producers - 1, Handled, Sum);
        {total, From} ->
            From ! {total, self(), Handled, Sum}
    end.

%% Sends Count increments to the counters, round robin.
flood(Count, Counters) ->
    flood(Count, Counters, Counters).

flood(0, _, _) ->
    ok;
flood(Count, [], Counters) ->
    flood(Count, Counters, Counters);
flood(Count, [Counter | Rest], Counters) ->
    Counter ! {increment, 1},
    flood(Count - 1, Rest, Counters).

%% Lets one process a share flood the counters and ask for their totals; returns how long that took.
produce(Counters, Shares) ->
    {Took, Sum} = timed(fun() ->
        Main = self(),
        [spawn_link(fun() ->
            flood(Share, Counters),
            [Counter ! {total, Main} || Counter <- Counters]
         end) || Share <- Shares],
        lists:sum([receive {total, Counter, N, N} -> N end || Counter <- Counters])
    end),
    Sum = lists:sum(Shares),
    Took.

counting(Count) ->
    produce([spawn_counter(1)], [Count]).

fork_join(Workers, Count) ->
    produce([spawn_counter(1) || _ <- lists:seq(1, Workers)], [Count]).

many_to_one(Producers, Count) ->
    produce([spawn_counter(Producers)], [share(Count, Producers, I) || I <- lists:seq(0, Producers - 1)]).

%% The part of Count that falls to the I-th of Parts.
share(Count, Parts, I) when I < Count rem Parts -> Count div Parts + 1;
share(Count, Parts, _) -> Count div Parts.

%% ---- create --------------------------------------------------------------------------------------

%% Each process counts the message it got, and the last one says that all are done.
create(Count) ->
    Main = self(),
    Handled = counters:new(1, [atomics]),
    Live = atomics:new(1, []),
    atomics:put(Live, 1, Count),
    {Took, over} = timed(fun() ->
        spawn_link(fun() -> spawn_many(Count, Main, Live, Handled) end),
        receive over -> over end
    end),
    Count = counters:get(Handled, 1),
    Took.

spawn_many(0, _, _, _) ->
    ok;
spawn_many(Count, Main, Live, Handled) ->
    spawn(fun() -> work(Main, Live, Handled) end) ! {work, 1},
    spawn_many(Count - 1, Main, Live, Handled).

work(Main, Live, Handled) ->
    receive
        {work, N} -> counters:add(Handled, 1, N)
    end,
    case atomics:sub_get(Live, 1, 1) of
        0 -> Main ! over;
        _ -> ok
    end.

%% ---- big -----------------------------------------------------------------------------------------

big(Actors, Count) ->
    Main = self(),
    Each = Count div Actors div 2,
    Pids = [spawn_link(fun() -> join_big(Main, I, Each) end) || I <- lists:seq(1, Actors)],
    {Took, _} = timed(fun() ->
        [Pid ! {neighbours, list_to_tuple(lists:delete(Pid, Pids))} || Pid <- Pids],
        [receive {done, Pid} -> ok end || Pid <- Pids]
    end),
    Sent = Actors * Each,
    Sent = handled(Pids),
    Took * Count / (2 * Sent).

join_big(Main, Seed, Pings) ->
    receive
        {neighbours, Neighbours} -> ping(Main, Neighbours, Seed, Pings, 0)
    end.

ping(Main, Neighbours, Seed, 0, Handled) ->
    Main ! {done, self()},
    await(Main, Neighbours, Seed, 0, Handled);
ping(Main, Neighbours, Seed, Left, Handled) ->
    Next = (Seed * 1309 + 13849) band 65535,
    element(1 + Next rem tuple_size(Neighbours), Neighbours) ! {ping, self(), Left},
    await(Main, Neighbours, Next, Left, Handled).

%% Answers pings until its own is answered; with none left, until it is asked what it did.
await(Main, Neighbours, Seed, Left, Handled) ->
    receive
        {ping, From, N} ->
            From ! {pong, N},
            await(Main, Neighbours, Seed, Left, Handled + 1);
        {pong, Left} ->
            ping(Main, Neighbours, Seed, Left - 1, Handled);
        {handled, From} ->
            From ! {handled, self(), Handled}
    end.

%% ---- chameneos -----------------------------------------------------------------------------------

chameneos(Creatures, Count) ->
    Main = self(),
    {Took, Meetings} = timed(fun() ->
        Mall = spawn_link(fun() -> mall(Main, Creatures, Count) end),
        [spawn_link(fun() -> visit(Mall, colour(I), 0) end) || I <- lists:seq(1, Creatures)],
        receive {meetings, N} -> N end
    end),
    Meetings = 2 * Count,
    Took.

colour(I) ->
    element(1 + I rem 3, {blue, red, yellow}).

%% Lets each two visitors meet until there have been enough meetings.
mall(Main, Creatures, 0) ->
    Main ! {meetings, close(Creatures, 0)};
mall(Main, Creatures, Left) ->
    receive
        {meet, First, _} ->
            receive
                {meet, Second, Colour} -> First ! {meet, Second, Colour}
            end
    end,
    mall(Main, Creatures, Left - 1).

%% Sends all home; returns how many meetings each has had, in all.
close(0, Sum) ->
    Sum;
close(Creatures, Sum) ->
    receive
        {meet, Creature, _} ->
            Creature ! stop,
            close(Creatures, Sum);
        {met, Meetings} ->
            close(Creatures - 1, Sum + Meetings)
    end.

visit(Mall, Colour, Meetings) ->
    Mall ! {meet, self(), Colour},
    receive
        {meet, Other, Others} ->
            New = complement(Colour, Others),
            Other ! {change, New},
            visit(Mall, New, Meetings + 1);
        {change, New} ->
            visit(Mall, New, Meetings + 1);
        stop ->
            Mall ! {met, Meetings}
    end.

complement(Same, Same) -> Same;
complement(blue, red) -> yellow;
complement(blue, yellow) -> red;
complement(red, blue) -> yellow;
complement(red, yellow) -> blue;
complement(yellow, blue) -> red;
complement(yellow, red) -> blue.

%% ---- shop and ask --------------------------------------------------------------------------------

-define(PRODUCTS, 240).

shop(Buyers, Count) ->
    {ok, Inventory} = inventory:start_link(?PRODUCTS, Count),
    {Took, Sold} = timed(fun() ->
        Main = self(),
        [spawn_link(fun() -> Main ! {sold, go_shopping(Inventory, I, share(Count, Buyers, I), 0)} end)
         || I <- lists:seq(0, Buyers - 1)],
        lists:sum([receive {sold, N} -> N end || _ <- lists:seq(1, Buyers)])
    end),
    Sold = Count,
    Sold = ?PRODUCTS * Count - inventory:stock(Inventory),
    Took.

go_shopping(_, _, 0, Sold) ->
    Sold;
go_shopping(Inventory, Product, Left, Sold) ->
    case inventory:buy(Inventory, Product rem ?PRODUCTS, 1) of
        {ok, _} -> go_shopping(Inventory, Product + 7, Left - 1, Sold + 1);
        refused -> go_shopping(Inventory, Product + 7, Left - 1, Sold)
    end.

%% Takes the time of each ask, from a process.
ask(Count) ->
    {ok, Inventory} = inventory:start_link(1, Count),
    Times = list_to_tuple(lists:sort([ask_once(Inventory, Left) || Left <- lists:seq(Count - 1, 0, -1)])),
    {percentiles, element(1 + Count div 2, Times), element(1 + Count * 99 div 100, Times)}.

ask_once(Inventory, Left) ->
    {Took, {ok, Left}} = timed(fun() -> inventory:buy(Inventory, 0, 1) end),
    Took.

%% ---- memory --------------------------------------------------------------------------------------

memory(Count) ->
    Before = resident_bytes(),
    spawn_idle(Count),
    {bytes, resident_bytes() - Before}.

%% One after the other, so that no queue of answers is counted.
spawn_idle(0) ->
    ok;
spawn_idle(Count) ->
    Pid = spawn(fun() -> idle(0) end),
    Pid ! {work, self(), Count},
    receive
        {worked, Pid, Count} -> spawn_idle(Count - 1)
    end.

%% A process that expects nothing for a while hibernates, as the documentation advises.
idle(Sum) ->
    receive
        {work, From, N} ->
            From ! {worked, self(), N},
            erlang:hibernate(?MODULE, idle, [Sum + N])
    end.

resident_bytes() ->
    {ok, Statm} = file:read_file("/proc/self/statm"),
    [_, Resident | _] = binary:split(Statm, <<" ">>, [global]),
    binary_to_integer(Resident) * 4096.
