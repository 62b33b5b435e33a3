/**
 * MicroPython's bytecode (py/bc0.h and py/runtime0.h, mpy version 6, the same from 1.20 to 1.29): the numbers that can
 * appear in a function's code.
 */
export const Op = {
  LoadConstString: 0x10,
  LoadName: 0x11,
  LoadGlobal: 0x12,
  LoadAttr: 0x13,
  LoadMethod: 0x14,
  LoadSuperMethod: 0x15,
  StoreName: 0x16,
  StoreGlobal: 0x17,
  StoreAttr: 0x18,
  DeleteName: 0x19,
  DeleteGlobal: 0x1a,
  ImportName: 0x1b,
  ImportFrom: 0x1c,
  MakeClosure: 0x20,
  MakeClosureDefargs: 0x21,
  LoadConstSmallInt: 0x22,
  LoadConstObj: 0x23,
  LoadFastN: 0x24,
  LoadDeref: 0x25,
  StoreFastN: 0x26,
  StoreDeref: 0x27,
  DeleteFast: 0x28,
  DeleteDeref: 0x29,
  /** The first of five, in the order of `BuildKind`. */
  BuildTuple: 0x2a,
  StoreComp: 0x2f,
  UnpackSequence: 0x30,
  UnpackEx: 0x31,
  MakeFunction: 0x32,
  MakeFunctionDefargs: 0x33,
  CallFunction: 0x34,
  CallFunctionVarKw: 0x35,
  CallMethod: 0x36,
  CallMethodVarKw: 0x37,
  UnwindJump: 0x40,
  Jump: 0x42,
  PopJumpIfTrue: 0x43,
  PopJumpIfFalse: 0x44,
  JumpIfTrueOrPop: 0x45,
  JumpIfFalseOrPop: 0x46,
  /** The first of three, in the order of `BlockKind`. */
  SetupWith: 0x47,
  SetupExcept: 0x48,
  SetupFinally: 0x49,
  PopExceptJump: 0x4a,
  ForIter: 0x4b,
  LoadConstFalse: 0x50,
  LoadConstNone: 0x51,
  LoadConstTrue: 0x52,
  LoadNull: 0x53,
  LoadBuildClass: 0x54,
  LoadSubscr: 0x55,
  StoreSubscr: 0x56,
  DupTop: 0x57,
  DupTopTwo: 0x58,
  PopTop: 0x59,
  RotTwo: 0x5a,
  RotThree: 0x5b,
  WithCleanup: 0x5c,
  EndFinally: 0x5d,
  GetIter: 0x5e,
  GetIterStack: 0x5f,
  StoreMap: 0x62,
  ReturnValue: 0x63,
  /** Followed by "raise x" and "raise x from y". */
  RaiseLast: 0x64,
  YieldValue: 0x67,
  YieldFrom: 0x68,
  ImportStar: 0x69,
  /** 64 opcodes, for -16 to 47. */
  LoadConstSmallIntMulti: 0x70,
  /** 16 opcodes, for slots 0 to 15. */
  LoadFastMulti: 0xb0,
  StoreFastMulti: 0xc0,
  UnaryOpMulti: 0xd0,
  BinaryOpMulti: 0xd7,
} as const;

export const UnaryOp = { Positive: 0, Negative: 1, Invert: 2, Not: 3 } as const;
export type UnaryOp = (typeof UnaryOp)[keyof typeof UnaryOp];

/**
 * Binary operators. The comparisons, the in-place and the normal arithmetic operators each stand in the order of their
 * tokens. The last two have no opcode: they are the operator before them and a `not`.
 */
export const BinaryOp = {
  Less: 0,
  More: 1,
  In: 6,
  Is: 7,
  ExceptionMatch: 8,
  InplaceOr: 9,
  InplaceAdd: 14,
  InplacePower: 21,
  Or: 22,
  Lshift: 25,
  Rshift: 26,
  Add: 27,
  Multiply: 29,
  FloorDivide: 31,
  Modulo: 33,
  Power: 34,
  NotIn: 100,
  IsNot: 101,
} as const;

export const BuildKind = { Tuple: 0, List: 1, Map: 2, Set: 3, Slice: 4 } as const;
export type BuildKind = (typeof BuildKind)[keyof typeof BuildKind];

export const BlockKind = { With: 0, Except: 1, Finally: 2 } as const;
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind];

/** How many stack words an iterator kept on the value stack takes (MP_OBJ_ITER_BUF_NSLOTS). */
export const iteratorSlots = 4;
