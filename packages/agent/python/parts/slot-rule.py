def check_slot(state, slot):
    ask_plans([state])
    if slot not in (info_of(state)[PLAN] or ()):
        raise ValueError("slot %d may not be read" % slot)
