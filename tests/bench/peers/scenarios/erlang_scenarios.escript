#!/usr/bin/env escript
%% SPDX-License-Identifier: MIT
%% The scenarios of COMPARISON.md with Erlang's gen_server and supervisor: apt install erlang-base;
%% escript erlang_scenarios.escript
-module(erlang_scenarios).
-mode(compile).
-export([init/1, handle_call/3, handle_cast/2, start_worker/1]).

init({worker, Log}) -> {ok, Log};
init({team, Log}) ->
    {ok, {#{strategy => one_for_one, intensity => 100, period => 3600},
          [#{id => worker, start => {?MODULE, start_worker, [Log]}}]}}.

start_worker(Log) -> gen_server:start_link({local, worker}, ?MODULE, {worker, Log}, []).

handle(wait, Log) -> receive go -> Log end;
handle(fail, _) -> error(as_told);
handle(N, Log) -> ets:insert(Log, {erlang:unique_integer([monotonic]), N}), Log.

handle_call(M, _, Log) -> {reply, M, handle(M, Log)}.
handle_cast(M, Log) -> {noreply, handle(M, Log)}.

handled(Log) -> [N || {_, N} <- lists:sort(ets:tab2list(Log))].

tag(R) when is_tuple(R) -> tag(element(1, R));
tag(R) -> R.

outcome(F) -> try F() catch Class:R -> {Class, tag(R)} end.

begin_scene() ->
    Log = ets:new(log, [public]),
    {ok, Team} = supervisor:start_link(?MODULE, {team, Log}),
    {Log, Team, whereis(worker)}.

end_scene(Team) ->
    unlink(Team), M = monitor(process, Team), exit(Team, shutdown),
    receive {'DOWN', M, _, _, _} -> ok end.

%% The supervisor has started it anew.
other_than(Old) ->
    case whereis(worker) of
        P when is_pid(P), P =/= Old -> P;
        _ -> erlang:yield(), other_than(Old)
    end.

main(_) ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    io:format("Erlang/OTP ~s~n", [erlang:system_info(otp_release)]),

    {_, T1, W1} = begin_scene(),
    gen_server:cast(W1, fail), W1b = other_than(W1),
    io:format("a failing tell: restarted: ~p - under the same pid: ~p~n", [is_pid(W1b), W1 =:= W1b]),
    io:format("a failing ask: ~p~n", [outcome(fun() -> gen_server:call(W1b, fail) end)]),
    io:format("an ask to a dead actor: ~p~n", [outcome(fun() -> gen_server:call(W1b, 1) end)]),
    end_scene(T1),

    {L2, T2, W2} = begin_scene(),
    [gen_server:cast(W2, M) || M <- [wait, fail, 1, 2, 3]],
    W2 ! go, W2b = other_than(W2), gen_server:call(W2b, 9),
    io:format("the queue behind a failure: 3 told, handled: ~p~n", [handled(L2) -- [9]]),
    end_scene(T2),

    {L3, T3, W3} = begin_scene(),
    gen_server:cast(W3, wait),
    io:format("an expired ask: the asker: ~p~n", [outcome(fun() -> gen_server:call(W3, 1, 10) end)]),
    W3 ! go, gen_server:call(W3, 9),
    io:format("an expired ask: handled all the same: ~p~n", [lists:member(1, handled(L3))]),
    end_scene(T3),

    {L4, T4, W4} = begin_scene(),
    gen_server:cast(W4, wait),
    [gen_server:cast(W4, N) || N <- lists:seq(1, 100000)],
    {message_queue_len, Len} = process_info(W4, message_queue_len),
    io:format("a full mailbox: there is none: ~p queued, none refused~n", [Len]),
    W4 ! go, end_scene(T4),
    io:format("a stop with messages queued: handled first: ~p of 100000~n", [length(handled(L4))]).
